package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Of the configuration of the webhooks nothing is changed but whom to trust.
func TestTrust_ChangesOnlyWhomToTrust(t *testing.T) {
	const old, current = "b2xk", "bmV3" // "old" and "new"
	hook := func(ca string) string { return fmt.Sprintf(`{"name": "x", "clientConfig": {"caBundle": %q}}`, ca) }
	for name, c := range map[string]struct {
		hooks     string
		conflicts int
		patched   []string // paths
		err       string
	}{
		"disarmed":                {"", 0, nil, ""},
		"current":                 {hook(current), 0, nil, ""},
		"old":                     {hook(old) + "," + hook(old), 0, []string{"/webhooks/0/clientConfig/caBundle", "/webhooks/1/clientConfig/caBundle"}, ""},
		"one of two":              {hook(current) + "," + hook(old), 0, []string{"/webhooks/1/clientConfig/caBundle"}, ""},
		"none yet":                {`{"name": "x", "clientConfig": {}}`, 0, []string{"/webhooks/0/clientConfig/caBundle"}, ""},
		"changed meanwhile":       {hook(old), 2, []string{"/webhooks/0/clientConfig/caBundle"}, ""},
		"changed again and again": {hook(old), 99, nil, "Conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			var patched []string
			conflicts := c.conflicts
			cluster := api(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				switch {
				case r.URL.Path != configurations+"guard-webhook" || r.Method != http.MethodGet && r.Method != http.MethodPatch:
					t.Errorf("%s %s", r.Method, r.URL)
				case r.Method == http.MethodPatch && conflicts > 0:
					conflicts--
					w.WriteHeader(http.StatusConflict)
					fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409}`)
				case r.Method == http.MethodPatch:
					patched = read(t, r.Body)
					fallthrough
				default:
					fmt.Fprintf(w, `{"metadata": {"resourceVersion": "7"}, "webhooks": [%s]}`, c.hooks)
				}
			})
			changed, err := cluster.Trust(t.Context(), "guard-webhook", []byte("new"))
			if text := fmt.Sprint(err); c.err == "" && err != nil || !strings.Contains(text, c.err) || changed != (len(c.patched) > 0) {
				t.Errorf("changed %t, %v", changed, err)
			}
			if diff := cmp.Diff(c.patched, patched); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// read reads the paths of a patch that is for version 7, and puts the new
// authority in.
func read(t *testing.T, body io.Reader) (paths []string) {
	t.Helper()
	var edits []struct{ Op, Path, Value string }
	if err := json.NewDecoder(body).Decode(&edits); err != nil {
		t.Error(err)
		return nil
	}
	for i, e := range edits {
		switch {
		case i == 0 && (e.Path != "/metadata/resourceVersion" || e.Op != "replace" || e.Value != "7"):
			t.Errorf("the patch is for any version: %+v", e)
		case i > 0 && e.Value != "bmV3":
			t.Errorf("another authority: %+v", e)
		case i > 0:
			paths = append(paths, e.Path)
		}
	}
	return paths
}

// Who is not there is asked by nobody; what may not be changed is told.
func TestTrust_SaysWhatItMayNot(t *testing.T) {
	for reason, code := range map[string]int{"NotFound": 404, "Forbidden": 403} {
		cluster := api(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d}`, reason, code)
		})
		changed, err := cluster.Trust(t.Context(), "guard-webhook", []byte("new"))
		if changed || (err != nil) != (code == 403) {
			t.Errorf("%s: changed %t, %v", reason, changed, err)
		}
	}
}
