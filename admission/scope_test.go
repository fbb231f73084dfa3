package admission_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guard/admission"
)

// labels are the labels of namespaces in a test.
type labels map[string]map[string]string

func (l labels) Labels(_ context.Context, namespace string) (map[string]string, error) {
	if found, known := l[namespace]; known {
		return found, nil
	}
	return nil, errors.New("no such namespace")
}

// configured decides by a configuration.
func configured(t testing.TB, text string, namespaces admission.Namespaces) *admission.Handler {
	t.Helper()
	h, err := admission.Load(t.Context(), fstest.MapFS{"guard.yaml": {Data: []byte("version: 1\n" + text)}}, "guard.yaml", admission.Outside{Namespaces: namespaces})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestReview_WhoAsksAndWhere(t *testing.T) {
	h := configured(t, `
admission:
  exempt: {users: [root], groups: [breakers], namespaces: [kube-system]}
  namespaces:
    - {names: [legacy-*], mode: warn}
    - {names: [team-a], labels: {tier: test}, rules: {image/tag-latest: {action: warn}}}
    - {labels: {tier: play}, rules: {image/tag-latest: {action: off}}}
    - {labels: {tier: audited}, rules: {image/tag-latest: {action: audit}}}
`, labels{"shop": {}, "legacy-1": {}, "legacy": {}, "team-a": {"tier": "test"}, "team-b": {"tier": "test"}, "play": {"tier": "play"}, "audited": {"tier": "audited"}, "kube-systems": {}})
	bad := with(t, pod(good), `spec.containers.0.image="nginx:latest"`)
	for _, test := range []struct {
		namespace, user, group string
		decision               string
	}{
		{"shop", "jane", "users", "denied"},
		{"shop", "root", "users", "exempt"},
		{"shop", "Root", "users", "denied"},
		{"shop", "jane", "breakers", "exempt"},
		{"kube-system", "jane", "users", "exempt"},
		{"kube-systems", "jane", "users", "denied"},
		{"legacy-1", "jane", "users", "warned"},
		{"legacy", "jane", "users", "denied"},
		{"team-a", "jane", "users", "allowed"},
		{"team-b", "jane", "users", "denied"},
		{"play", "jane", "users", "allowed"},
		{"audited", "jane", "users", "allowed"},
		{"unknown", "jane", "users", "undecided"},
		{"", "jane", "users", "denied"},
	} {
		r := create(bad)
		r.Namespace, r.User = test.namespace, admission.User{Name: test.user, Groups: []string{test.group}}
		got := h.Review(t.Context(), r)
		if got.Audit["decision"] != test.decision || got.Allowed != slices.Contains([]string{"exempt", "warned", "allowed"}, test.decision) {
			t.Errorf("%+v: %s (allowed %v)", test, got.Audit["decision"], got.Allowed)
		}
		if warned := slices.ContainsFunc(got.Warnings, func(w string) bool { return strings.Contains(w, "image/tag-latest") }); warned != (test.namespace == "legacy-1" || test.namespace == "team-a") {
			t.Errorf("%+v: warnings %q", test, got.Warnings)
		}
		if audited := got.Audit["audited"] == "image/tag-latest"; audited != (test.namespace == "audited") {
			t.Errorf("%+v: audit %v", test, got.Audit)
		}
	}
}

// RELIABILITY 8: labels that are asked for and cannot be had end in a denial,
// and in a warning where nothing is denied.
func TestReview_UnknownLabelsAreNoPass(t *testing.T) {
	for mode, allowed := range map[string]bool{"deny": false, "warn": true} {
		for name, namespaces := range map[string]admission.Namespaces{"none": nil, "failing": labels{}} {
			h := configured(t, "admission: {mode: "+mode+", namespaces: [{labels: {a: b}, mode: warn}]}", namespaces)
			got := h.Review(t.Context(), create(pod(good)))
			if got.Allowed != allowed || got.Audit["decision"] != "undecided" || allowed != (len(got.Warnings) == 1) {
				t.Errorf("%s, %s: %+v", mode, name, got)
			}
		}
	}
}

// RELIABILITY 14: labels that decide what is asked for are set by
// administrators alone.
func TestReview_LabelsOfNamespaces(t *testing.T) {
	h := configured(t, `
admission:
  admins: {users: [boss], groups: [platform]}
  namespaces: [{labels: {tier: play}, mode: warn}]
`, labels{})
	const plain = `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"a":"b"}}}`
	play := with(t, plain, `metadata.labels.tier="play"`)
	for _, test := range []struct {
		name        string
		before, now string
		user        admission.User
		allowed     bool
	}{
		{"set by anybody", plain, play, admission.User{Name: "jane", Groups: []string{"system:masters"}}, false},
		{"created with it", "", play, admission.User{Name: "jane"}, false},
		{"removed", play, plain, admission.User{Name: "jane"}, false},
		{"changed", play, with(t, plain, `metadata.labels.tier="x"`), admission.User{Name: "jane"}, false},
		{"set to nothing", plain, with(t, plain, `metadata.labels.tier=""`), admission.User{Name: "jane"}, false},
		{"left alone", play, with(t, play, `metadata.labels.other="x"`), admission.User{Name: "jane"}, true},
		{"created without", "", plain, admission.User{Name: "jane"}, true},
		{"set by a user who may", plain, play, admission.User{Name: "boss"}, true},
		{"set by a group that may", plain, play, admission.User{Name: "jane", Groups: []string{"platform"}}, true},
		{"not an object", plain, `[]`, admission.User{Name: "jane"}, false},
	} {
		r := admission.Request{UID: "u", Kind: "Namespace", Resource: admission.Resource{Version: "v1", Resource: "namespaces"}, Name: "shop", Namespace: "shop", Operation: admission.Update, User: test.user, Object: []byte(test.now), OldObject: []byte(test.before)}
		if test.before == "" {
			r.Operation, r.OldObject = admission.Create, nil
		}
		for _, r.Subresource = range []string{"", "status", "finalize"} {
			if got := h.Review(t.Context(), r); got.Allowed != test.allowed {
				t.Errorf("%s, %q: %+v", test.name, r.Subresource, got)
			}
		}
	}
}
