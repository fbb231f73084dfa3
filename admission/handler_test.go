package admission_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guard/admission"
	"guard/internal/config"
	"guard/internal/policy"
)

// handler decides by the built-in rules of a profile.
func handler(t testing.TB, profile string) *admission.Handler {
	t.Helper()
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Profile: profile, Unasked: []string{policy.NeedRegistry}})
	if err != nil {
		t.Fatal(err)
	}
	return &admission.Handler{Policies: evaluator}
}

// good is the spec of a Pod that breaks no rule.
const good = `{
	"automountServiceAccountToken": false,
	"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
	"containers": [{
		"name": "web", "image": "registry.example.com/shop/web:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f",
		"securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
		"resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
		"readinessProbe": {"httpGet": {"path": "/", "port": 8080}}, "livenessProbe": {"httpGet": {"path": "/", "port": 8080}}
	}]
}`

// with returns a JSON object with changes: each is a path of keys with dots
// (a number is an index, a "+" appends) and a JSON value.
func with(t testing.TB, object string, changes ...string) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(object), &root); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		path, text, _ := strings.Cut(change, "=")
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatalf("%s: %v", change, err)
		}
		root = set(root, strings.Split(path, "."), value)
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func set(node any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if list, ok := node.([]any); ok || path[0] == "+" {
		if path[0] == "+" {
			return append(list, set(nil, path[1:], value))
		}
		var i int
		fmt.Sscan(path[0], &i)
		list[i] = set(list[i], path[1:], value)
		return list
	}
	object, _ := node.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[path[0]] = set(object[path[0]], path[1:], value)
	return object
}

func pod(spec string) string {
	return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","annotations":{"org.opencontainers.image.revision":"3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"}},"spec":` + spec + `}`
}

func create(object string) admission.Request {
	return admission.Request{
		UID: "u-1", Kind: "Pod", Resource: admission.Resource{Version: "v1", Resource: "pods"}, Name: "web", Namespace: "shop",
		Operation: admission.Create, User: admission.User{Name: "jane", Groups: []string{"system:authenticated"}}, Object: []byte(object),
	}
}

func update(before, now string) admission.Request {
	r := create(now)
	r.Operation, r.OldObject = admission.Update, []byte(before)
	return r
}

// rules are the ids of what a response denies.
func rules(r admission.Response) []string {
	var all []string
	for _, c := range r.Causes {
		all = append(all, c.Rule+" "+c.Field)
	}
	return all
}

func TestReview_AdmitsWhatKeepsTheRules(t *testing.T) {
	got := handler(t, "recommended").Review(t.Context(), create(pod(good)))
	if !got.Allowed || len(got.Warnings) > 0 {
		t.Fatalf("got %+v", got)
	}
}

// RELIABILITY 1: a bad image in each of the five places where a Pod has one.
func TestReview_DeniesABadImageWhereverItStands(t *testing.T) {
	h := handler(t, "recommended")
	const bad = `"nginx:latest"`
	hardened := `{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}`
	for place, change := range map[string][]string{
		"spec.containers[0].image":          {"spec.containers.0.image=" + bad},
		"spec.initContainers[0].image":      {`spec.initContainers.+={"name":"init","image":` + bad + `,"securityContext":` + hardened + `}`},
		"spec.initContainers[1].image":      {`spec.initContainers.+={"name":"a","image":"a:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f","securityContext":` + hardened + `}`, `spec.initContainers.+={"name":"side","restartPolicy":"Always","image":` + bad + `,"securityContext":` + hardened + `}`},
		"spec.ephemeralContainers[0].image": {`spec.ephemeralContainers.+={"name":"debug","image":` + bad + `,"securityContext":` + hardened + `}`},
		"spec.volumes[0].image.reference":   {`spec.volumes.+={"name":"data","image":{"reference":` + bad + `}}`},
	} {
		got := h.Review(t.Context(), create(with(t, pod(good), change...)))
		if got.Allowed || got.Code != 403 || !slices.Contains(rules(got), "image/tag-latest "+place) {
			t.Errorf("%s: allowed %v, code %d, causes %q, %s", place, got.Allowed, got.Code, rules(got), got.Message)
		}
		if !strings.Contains(got.Message, place) || !strings.Contains(got.Message, "image/tag-latest") {
			t.Errorf("%s: the message does not say where and what: %s", place, got.Message)
		}
	}
}

// RELIABILITY 3: what carries no Pod passes without work, what is not known
// is evaluated.
func TestReview_Subresources(t *testing.T) {
	h := handler(t, "recommended")
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	for subresource, allowed := range map[string]bool{
		"": false, "ephemeralcontainers": false, "newthing": false, "resize": false,
		"exec": true, "attach": true, "log": true, "portforward": true, "proxy": true, "status": true, "eviction": true, "binding": true, "scale": true,
	} {
		r := create(bad)
		r.Subresource = subresource
		if got := h.Review(t.Context(), r); got.Allowed != allowed {
			t.Errorf("%q: allowed %v, want %v", subresource, got.Allowed, allowed)
		}
	}
	for operation, allowed := range map[admission.Operation]bool{admission.Delete: true, admission.Connect: true, admission.Create: false, admission.Update: false} {
		r := create(bad)
		r.Operation = operation
		if got := h.Review(t.Context(), r); got.Allowed != allowed {
			t.Errorf("%s: allowed %v, want %v", operation, got.Allowed, allowed)
		}
	}
}

// RELIABILITY 4 and 5: what was broken before a change is excused as long as
// nothing that runs changes.
func TestReview_Updates(t *testing.T) {
	h := handler(t, "recommended")
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	two := with(t, bad, `spec.containers.+={"name":"log","image":"fluentd:latest","securityContext":{"allowPrivilegeEscalation":false}}`)
	root := with(t, pod(good), `spec.securityContext={"runAsNonRoot":false}`)
	going := `metadata.deletionTimestamp="2026-01-02T03:04:05Z"`
	for _, test := range []struct {
		name, before, now string
		want              string
	}{
		{"a label", bad, with(t, bad, `metadata.labels={"a":"b"}`), "grandfathered"},
		{"the same image anew", bad, bad, "grandfathered"},
		{"another bad image", bad, with(t, bad, `spec.containers.0.image="httpd:latest"`), "denied"},
		{"another image that keeps the rules, beside an old fault", root, with(t, root, `spec.containers.0.image="registry.example.com/shop/web:aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"`), "denied"},
		{"one more bad container", bad, two, "denied"},
		{"one less", two, bad, "grandfathered"},
		{"two containers change their images", two, with(t, two, `spec.containers.0.image="fluentd:latest"`, `spec.containers.1.image="nginx:latest"`), "denied"},
		{"the container is privileged now", bad, with(t, bad, `spec.containers.0.securityContext.privileged=true`), "denied"},
		{"the Pod gets a volume of the host", bad, with(t, bad, `spec.volumes.+={"name":"root","hostPath":{"path":"/"}}`), "denied"},
		{"mended", bad, pod(good), "allowed"},
		{"broken", pod(good), bad, "denied"},
		{"going, a finalizer removed", with(t, bad, going, `metadata.finalizers=["a/b"]`), with(t, bad, going), "grandfathered"},
		{"going, another image", with(t, bad, going), with(t, bad, going, `spec.containers.0.image="httpd:latest"`), "denied"},
		{"the old object cannot be read", `{"apiVersion":"v1","kind":"Pod","spec":3}`, bad, "denied"},
	} {
		got := h.Review(t.Context(), update(test.before, test.now))
		if got.Audit["decision"] != test.want || got.Allowed != (test.want != "denied") {
			t.Errorf("%s: %s (allowed %v), want %s: %s", test.name, got.Audit["decision"], got.Allowed, test.want, got.Message)
		}
		if warned := slices.ContainsFunc(got.Warnings, func(w string) bool { return strings.Contains(w, "before this change") }); warned != (test.want == "grandfathered") {
			t.Errorf("%s: warnings %q", test.name, got.Warnings)
		}
	}
}

// RELIABILITY 2: kubectl debug with a bad image is refused, with a good one it
// is let through even where the Pod has old faults.
func TestReview_EphemeralContainers(t *testing.T) {
	h := handler(t, "recommended")
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	hardened := `{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}`
	for image, want := range map[string]string{"busybox:latest": "denied", "registry.example.com/shop/debug:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f": "grandfathered"} {
		r := update(bad, with(t, bad, `spec.ephemeralContainers.+={"name":"debug","image":"`+image+`","securityContext":`+hardened+`}`))
		r.Subresource = "ephemeralcontainers"
		got := h.Review(t.Context(), r)
		if got.Audit["decision"] != want {
			t.Errorf("%s: %s, want %s: %s", image, got.Audit["decision"], want, got.Message)
		}
		if want == "denied" && len(got.Causes) != 1 {
			t.Errorf("%s: what was there before is denied too: %q", image, rules(got))
		}
	}
}

// RELIABILITY 10: a Pod in which no container is found passes nothing.
func TestReview_NoContainerIsNoPass(t *testing.T) {
	h := handler(t, "recommended")
	for _, object := range []string{
		pod(`{}`), pod(`{"containers":[]}`), pod(`null`), `{"apiVersion":"v1","kind":"Pod"}`, `{"apiVersion":"v1","kind":"ConfigMap"}`,
		`{"kind":"Pod"}`, `{}`, `[]`, `3`, `{"apiVersion":"v1","kind":"PodList","items":[]}`,
	} {
		if got := h.Review(t.Context(), create(object)); got.Allowed || got.Audit["decision"] != "undecided" {
			t.Errorf("%s: %+v", object, got)
		}
	}
	r := create("")
	r.Object = nil
	if got := h.Review(t.Context(), r); got.Allowed {
		t.Errorf("no object: %+v", got)
	}
}

// RELIABILITY 13: nothing on the object softens the decision.
func TestReview_NothingOnTheObjectSoftensTheDecision(t *testing.T) {
	h := handler(t, "recommended")
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	want := h.Review(t.Context(), create(bad))
	for _, change := range []string{
		`metadata.annotations={"guard/waive":"image/tag-latest until=2099-01-01 -- because"}`,
		`metadata.annotations={"kubernetes.io/config.mirror":"x"}`,
		`metadata.labels={"guard/exempt":"true","guard":"ignore","admission.guard/ignore":"true","control-plane":"guard"}`,
		`metadata.name="guard-webhook"`,
		`metadata.namespace="kube-system"`,
	} {
		got := h.Review(t.Context(), create(with(t, bad, change)))
		if got.Allowed || !slices.Contains(rules(got), "image/tag-latest spec.containers[0].image") {
			t.Errorf("%s: %+v; without it %q", change, got, rules(want))
		}
	}
}

// An answer that is too late is a denial.
func TestReview_EndedContextIsNoPass(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := handler(t, "recommended").Review(ctx, create(pod(good))); got.Allowed {
		t.Errorf("got %+v", got)
	}
}

// RELIABILITY 65: whatever the answer is, it says by which policies.
func TestReview_EveryAnswerNamesItsPolicies(t *testing.T) {
	h := handler(t, "recommended")
	h.Admission.Namespaces = []config.Namespaces{{Labels: map[string]string{"tier": "play"}}}
	namespace := create(`{"metadata":{"name":"shop","labels":{"tier":"play"}}}`)
	namespace.Resource, namespace.Kind = admission.Resource{Version: "v1", Resource: "namespaces"}, "Namespace"
	plain := namespace
	plain.Object = []byte(`{"metadata":{"name":"shop"}}`)
	unread := namespace
	unread.Object = []byte(`[]`)
	deleted := create(pod(good))
	deleted.Operation = admission.Delete
	for name, request := range map[string]admission.Request{
		"a label that decides": namespace, "a namespace": plain, "a namespace that cannot be read": unread, "nothing comes in": deleted,
		"labels are not known": create(pod(good)),
	} {
		if got := h.Review(t.Context(), request); got.Audit["policies"] != h.Policies.Digest() || got.UID != request.UID || got.Audit["decision"] == "" {
			t.Errorf("%s: %+v", name, got.Audit)
		}
	}
}
