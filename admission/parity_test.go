package admission_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/admission"
	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/policy"
	"guard/internal/tree"
)

// RELIABILITY 68: every Kubernetes object of the repository gets the same
// rules at the same paths from guard check and from the webhook.
func TestParity_CheckAndReviewAgree(t *testing.T) {
	for _, profile := range []string{"recommended", "strict"} {
		evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Profile: profile, Unasked: []string{policy.NeedRegistry}})
		if err != nil {
			t.Fatal(err)
		}
		h := &admission.Handler{Policies: evaluator, Documents: policy.Reading(config.Default())}
		compared, broken := 0, 0
		for name, object := range objects(t) {
			r := request(object)
			if r.Resource.Resource == "" {
				continue
			}
			checked, unread := checkOne(t, evaluator, r.Object)
			got := h.Review(t.Context(), r)
			if got.Audit["decision"] == "undecided" {
				if !unread && !empty(object) {
					t.Errorf("%s: %s: the webhook cannot decide, guard check can: %s", profile, name, got.Message)
				}
				continue
			}
			denied := rules(got)
			slices.Sort(denied)
			if !slices.Equal(denied, checked) && len(denied) < 50 {
				t.Errorf("%s: %s: the webhook denies %q, guard check %q", profile, name, denied, checked)
			}
			compared++
			if len(denied) > 0 {
				broken++
			}
		}
		if compared < 100 || broken < 100 {
			t.Errorf("%s: only %d objects were compared, of which %d break a rule", profile, compared, broken)
		}
	}
}

// objects are the Kubernetes objects of the repository's examples.
func objects(t *testing.T) map[string]*tree.Node {
	t.Helper()
	found := map[string]*tree.Node{}
	err := filepath.WalkDir("../testdata", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, wrong := tree.Decode(data)
		if wrong != nil {
			return nil
		}
		for i, part := range tree.ParseYAML(text) {
			if part.Err == nil && len(part.Problems) == 0 && part.Root.Get("kind").Scalar() != "" {
				found[path+" "+string(rune('a'+i%26))] = part.Root
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// request asks to create an object; without a resource where it is none that
// holds a Pod and that Kubernetes itself knows.
func request(object *tree.Node) admission.Request {
	resource := map[string]admission.Resource{
		"Pod": {Version: "v1", Resource: "pods"}, "PodTemplate": {Version: "v1", Resource: "podtemplates"}, "ReplicationController": {Version: "v1", Resource: "replicationcontrollers"},
		"Deployment": {Group: "apps", Version: "v1", Resource: "deployments"}, "ReplicaSet": {Group: "apps", Version: "v1", Resource: "replicasets"},
		"StatefulSet": {Group: "apps", Version: "v1", Resource: "statefulsets"}, "DaemonSet": {Group: "apps", Version: "v1", Resource: "daemonsets"},
		"Job": {Group: "batch", Version: "v1", Resource: "jobs"}, "CronJob": {Group: "batch", Version: "v1", Resource: "cronjobs"},
		"Rollout": {Group: "argoproj.io", Version: "v1alpha1", Resource: "rollouts"}, "Service": {Group: "serving.knative.dev", Version: "v1", Resource: "services"},
	}[object.Get("kind").Scalar()]
	text, err := json.Marshal(object)
	if err != nil {
		return admission.Request{}
	}
	r := create(string(text))
	r.Kind, r.Resource = object.Get("kind").Scalar(), resource
	return r
}

// empty tells whether an object holds no container, which no API server lets
// come to admission.
func empty(object *tree.Node) bool {
	text, err := json.Marshal(object)
	return err != nil || !strings.Contains(string(text), `"containers":[{`)
}

// checkOne is what guard check denies in a file that holds the object.
func checkOne(t *testing.T, evaluator *policy.Evaluator, object []byte) (denied []string, unread bool) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "object.json"), object, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := check.Run(t.Context(), check.Options{Root: dir, Dir: dir, Paths: []string{"."}, Evaluator: evaluator, Config: config.Default(), Now: time.Now()})
	if err != nil {
		return nil, true
	}
	for _, f := range out.Report.Findings {
		switch {
		case f.Rule == "analysis/unparsable":
			unread = true
		case f.Action.String() == "deny" && !strings.HasPrefix(f.Rule, "analysis/"):
			denied = append(denied, f.Rule+" "+f.Path)
		}
	}
	slices.Sort(denied)
	return denied, unread || out.Unread > 0
}
