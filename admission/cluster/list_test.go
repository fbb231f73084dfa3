package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/admission/audit"
)

// api is a Cluster whose API server answers as it is told to, for faults that a
// real one has only when it is about to fail.
func api(t *testing.T, answer http.HandlerFunc) *Cluster {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	config, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "test",
		"clusters": []any{map[string]any{"name": "test", "cluster": map[string]any{"server": server.URL}}},
		"contexts": []any{map[string]any{"name": "test", "context": map[string]any{"cluster": "test", "namespace": "guard"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Open(Connection{Kubeconfig: file, Rate: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var deployments = admission.Resource{Group: "apps", Version: "v1", Resource: "deployments"}

func collect(l Lister) (names []string, restarts int, err error) {
	err = l.List(context.Background(), deployments, "shop", func(o audit.Object) error {
		names = append(names, o.Name)
		return nil
	}, func(string) { names, restarts = nil, restarts+1 })
	return names, restarts, err
}

func page(next string, names ...string) string {
	var items []string
	for _, name := range names {
		items = append(items, fmt.Sprintf(`{"metadata": {"name": %q, "namespace": "shop"}, "spec": {}}`, name))
	}
	return fmt.Sprintf(`{"apiVersion": "apps/v1", "kind": "DeploymentList", "metadata": {"continue": %q}, "items": [%s]}`, next, strings.Join(items, ","))
}

func gone(out http.ResponseWriter) {
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(http.StatusGone)
	fmt.Fprint(out, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410}`)
}

func TestLister_GoesOnWhereTheServerFailsForAMoment(t *testing.T) {
	asked := 0
	c := api(t, func(out http.ResponseWriter, r *http.Request) {
		if asked++; asked == 2 {
			http.Error(out, "no", http.StatusBadGateway)
			return
		}
		if r.URL.Path != "/apis/apps/v1/namespaces/shop/deployments" || r.URL.Query().Get("limit") != "7" {
			t.Errorf("asked for %s", r.URL)
		}
		fmt.Fprint(out, map[string]string{"": page("2", "a"), "2": page("", "b")}[r.URL.Query().Get("continue")])
	})
	names, restarts, err := collect(c.Lister(7))
	if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" || restarts != 0 || err != nil {
		t.Errorf("%s, %d restarts, %v", diff, restarts, err)
	}
}

func TestLister_GivesUp(t *testing.T) {
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a server that fails":     {func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "no", http.StatusBadGateway) }, "API server"},
		"one that forgets always": {func(out http.ResponseWriter, _ *http.Request) { gone(out) }, "forgot the list 4 times"},
		"one that does not let":   {func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "no", http.StatusForbidden) }, "Forbidden"},
		"one that is none":        {func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "<html>") }, "cannot be read"},
		"no list":                 {func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, `{"kind": "Deployment"}`) }, "no list"},
		"an object that is none": {func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(out, `{"kind": "DeploymentList", "items": [1]}`)
		}, "cannot be read"},
	} {
		if _, _, err := collect(api(t, tt.answer).Lister(0)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestLister_AsksForLessWhereAPageIsTooLarge(t *testing.T) {
	var limits []string
	c := api(t, func(out http.ResponseWriter, r *http.Request) {
		limit := r.URL.Query().Get("limit")
		limits = append(limits, limit)
		if limit == "1" {
			fmt.Fprint(out, page("", "a"))
			return
		}
		fmt.Fprint(out, page("", strings.Repeat("x", 1000)))
	})
	l := c.Lister(10)
	l.bytes = 500
	names, _, err := collect(l)
	if diff := cmp.Diff([]string{"10", "3", "1"}, limits); diff != "" || len(names) != 1 || err != nil {
		t.Errorf("%s, %q, %v", diff, names, err)
	}
	l.bytes = 10
	if _, _, err := collect(l); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("an object that is too large: %v", err)
	}
}

func TestHandOver_MakesWholeObjects(t *testing.T) {
	const list = `{"apiVersion": "apps/v1", "kind": "ReplicaSetList", "metadata": {}, "items": [{"metadata": {"name": "web-1", "namespace": "shop", "uid": "u1", "managedFields": [{"manager": "x"}],
		"annotations": {"a": "<b>"}, "ownerReferences": [{"uid": "not"}, {"uid": "u0", "controller": true}]}, "spec": {"replicas": 0}}]}`
	var got []audit.Object
	next, err := handOver([]byte(list), admission.Resource{Group: "apps", Version: "v1", Resource: "replicasets"}, func(o audit.Object) error {
		got = append(got, o)
		return nil
	})
	if err != nil || next != "" || len(got) != 1 {
		t.Fatalf("%+v, %q, %v", got, next, err)
	}
	text := string(got[0].Object)
	got[0].Object = nil
	want := audit.Object{
		Existing:   admission.Existing{Resource: admission.Resource{Group: "apps", Version: "v1", Resource: "replicasets"}, Kind: "ReplicaSet", Namespace: "shop", Name: "web-1"},
		APIVersion: "apps/v1", UID: "u1", Owner: "u0", Idle: true,
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	if want := `{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"annotations":{"a":"<b>"},"name":"web-1","namespace":"shop","ownerReferences":[{"uid":"not"},{"uid":"u0","controller":true}],"uid":"u1"},"spec":{"replicas":0}}`; text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
