package admission_test

import (
	"strings"
	"testing"

	"guard/admission"
)

// RELIABILITY 6: whatever holds a Pod, the Pod in it is judged, and told of at
// its own path.
func TestReview_EveryHolderOfAPod(t *testing.T) {
	h := configured(t, `
kubernetes:
  pods:
    - {group: argoproj.io, kind: Rollout, template: [spec, template]}
    - {group: serving.knative.dev, kind: Service, template: [spec, template]}
    - {group: example.com, kind: Thing, template: [spec, parts, pod]}
`, nil)
	more := []podKind{
		{"Rollout", "argoproj.io", "v1alpha1", "rollouts", "spec.template.spec", templated, nil},
		{"Service", "serving.knative.dev", "v1", "services", "spec.template.spec", templated, nil},
		{"Thing", "example.com", "v2", "things", "spec.parts.pod.spec", templated, nil},
	}
	for _, kind := range append(more, podKinds...) {
		for _, list := range kind.lists {
			path := kind.spec + "." + list + ".0.image"
			got := h.Review(t.Context(), kind.request(t, path+`="nginx:latest"`))
			want := "image/tag-latest " + kind.spec + "." + list + "[0].image"
			if denied := strings.Join(rules(got), "; "); got.Allowed || denied != want {
				t.Errorf("%s: allowed %v, %q, want %q", kind.name, got.Allowed, denied, want)
			}
			if got := h.Review(t.Context(), kind.request(t)); !got.Allowed {
				t.Errorf("%s as it should be: %s", kind.name, got.Message)
			}
		}
	}
	// Of a kind that nobody has described, the Pods are judged all the same.
	pod := create(with(t, pod(good), `spec.containers.0.image="nginx:latest"`, `metadata.ownerReferences=[{"apiVersion":"unknown.example.com/v1","kind":"Other","name":"x","uid":"u","controller":true}]`))
	if got := h.Review(t.Context(), pod); got.Allowed {
		t.Error("a Pod of an unknown owner was admitted")
	}
}

// RELIABILITY 13: a Pod that says that Istio puts its image in is past that
// when it comes to admission; and a container without an image makes no patch of
// the others.
func TestReview_NothingIsPutInAnyMore(t *testing.T) {
	h := configured(t, "", nil)
	injected := with(t, pod(good), `metadata.annotations={"inject.istio.io/templates":"gateway"}`, `spec.containers.0.image="auto"`)
	partial := with(t, pod(good), `spec.securityContext={}`, `spec.containers.+={"name":"patch"}`)
	for object, want := range map[string]string{injected: "image/tag-latest", partial: "kubernetes/run-as-non-root"} {
		if got := h.Review(t.Context(), create(object)); got.Allowed || !strings.Contains(strings.Join(rules(got), " "), want) {
			t.Errorf("allowed %v, %q, want %s", got.Allowed, rules(got), want)
		}
	}
}

// RELIABILITY 15: no waiver lets anything in, whatever it says, and none makes
// another wider.
func TestReview_NoWaiverLetsAnythingIn(t *testing.T) {
	const whole = "objects: [Pod/shop/web], reason: r, owner: o, expires: 2099-01-01}"
	for name, text := range map[string]string{
		"none":                 "",
		"for the object":       "waivers: [{rule: image/tag-latest, " + whole + "]",
		"for every object":     "waivers: [{rule: image/tag-latest, objects: [\"*/*/*\"], reason: r, owner: o, expires: 2099-01-01}]",
		"for another and this": "waivers: [{rule: image/tag-branch, " + whole + ", {rule: image/tag-latest, " + whole + "]",
	} {
		h := configured(t, text, nil)
		got := h.Review(t.Context(), create(with(t, pod(good), `spec.containers.0.image="nginx:latest"`)))
		if denied := strings.Join(rules(got), "; "); got.Allowed || denied != "image/tag-latest spec.containers[0].image" {
			t.Errorf("%s: allowed %v, %q", name, got.Allowed, denied)
		}
	}
}

// RELIABILITY 16: an object that says it mirrors a file of a kubelet's is
// judged like any other, whoever made it; what is exempt is so by its namespace
// or by who asks, never by what it says.
func TestReview_MirrorPods(t *testing.T) {
	h := configured(t, "admission: {exempt: {namespaces: [kube-system]}}", nil)
	kubelet := admission.User{Name: "system:node:node-0", Groups: []string{"system:nodes", "system:authenticated"}}
	for _, test := range []struct {
		user      admission.User
		namespace string
		allowed   bool
	}{
		{admission.User{Name: "jane"}, "shop", false},
		{kubelet, "shop", false},
		{kubelet, "kube-system", true},
	} {
		r := create(with(t, pod(good), `spec.containers.0.image="nginx:latest"`, `spec.nodeName="node-0"`, `metadata.annotations={"kubernetes.io/config.mirror":"6f0c","kubernetes.io/config.source":"file"}`))
		r.User, r.Namespace = test.user, test.namespace
		if got := h.Review(t.Context(), r); got.Allowed != test.allowed {
			t.Errorf("%s in %s: allowed %v, %s", test.user.Name, test.namespace, got.Allowed, got.Message)
		}
	}
}
