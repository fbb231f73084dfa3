package admission_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guard/admission"
	"guard/admission/admissiontest"
)

// What a bundle demands holds at the webhook and in an audit: configuration,
// namespaces and waivers cannot weaken it, and what tries to is not loaded.
func TestLoad_HoldsTheConfigurationToALayer(t *testing.T) {
	s := newRuleStore(t)
	layer := "version: 1\nprofile: [pss-restricted, recommended]\nallow: {change: [kubernetes/seccomp]}\n"
	digest := s.store("1.4.0", map[string][]byte{"guard/rules/team/forbidden.rego": fmt.Appendf(nil, forbidding, "web"), "guard/layer": []byte(layer)}, nil)
	load := func(more string) (*admission.Handler, error) {
		text := fmt.Sprintf("version: 1\npolicies: [\"oci://%s@%s\"]\n%s\n", s.name(), digest, more)
		admissiontest.Replace(t, filepath.Join(s.conf, "guard.yaml"), []byte(text))
		return admission.Load(t.Context(), os.DirFS(s.conf), "guard.yaml", admission.Outside{Registry: s.client})
	}
	for more, want := range map[string]string{
		"rules: {team/forbidden: {action: audit}}":                                           "guard.yaml:3:9: team/forbidden: action audit is weaker than deny, which bundle",
		"rules: {kubernetes/privileged: {action: off}}":                                      "kubernetes/privileged: action off is weaker than deny, which bundle",
		"admission: {namespaces: [{names: [dev], rules: {team/forbidden: {action: warn}}}]}": "guard.yaml:3:49: team/forbidden: action warn is weaker than deny, which bundle",
		"kubernetes: {pods: [{group: apps, kind: Deployment, template: [spec, nowhere]}]}":   "guard.yaml:3:21: kubernetes.pods: guard knows itself where a Deployment keeps its Pod",
		"rules: {analysis/unparsable: {action: audit}}":                                      "analysis/unparsable: action audit is weaker than deny, which bundle",
		"profile: pss-baseline": "guard.yaml:3:10: profile pss-baseline only leaves out rules of pss-restricted,recommended",
	} {
		if _, err := load(more); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", more, err, want)
		}
	}
	h, err := load("rules: {kubernetes/seccomp: {action: audit}}\nwaivers: [{rule: team/forbidden, objects: [Pod/web], reason: because, owner: me, expires: 2026-12-31}]")
	if err != nil {
		t.Fatal(err)
	}
	if !forbids(t, h, "web") {
		t.Error("the rule of the bundle does not decide")
	}
	got := said(h.Inspect(t.Context(), existing(pod(good)), today))
	annotated := with(t, pod(good), `metadata.annotations={"guard/waive": "team/forbidden until=2026-12-31 -- because"}`)
	inspected := said(h.Inspect(t.Context(), existing(annotated), today))
	if !slices.Equal(got, []string{"team/forbidden deny"}) || !slices.Equal(inspected, []string{"analysis/waiver-invalid deny", "team/forbidden deny"}) {
		t.Errorf("got %q, and with an annotation %q", got, inspected)
	}
}
