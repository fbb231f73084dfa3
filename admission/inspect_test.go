package admission_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/admission"
	"guard/internal/finding"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
)

var today = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func existing(object string) admission.Existing {
	r := create(object)
	return admission.Existing{Resource: r.Resource, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name, Object: r.Object}
}

// said are the findings of an inspection: rule, action, and who waives it.
func said(i admission.Inspection) []string {
	var all []string
	for _, f := range i.Findings {
		text := f.Rule + " " + f.Action.String()
		if f.Waived != nil {
			text += " " + f.Waived.Source
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// What exists is judged as what is created: on every example, the same rules at
// the same paths.
func TestInspect_AgreesWithReview(t *testing.T) {
	h := handler(t, "strict")
	compared, broken := 0, 0
	for name, object := range objects(t) {
		r := request(object)
		if r.Resource.Resource == "" {
			continue
		}
		got := h.Inspect(t.Context(), admission.Existing{Resource: r.Resource, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name, Object: r.Object}, today)
		want := h.Review(t.Context(), r)
		if undecided := want.Audit["decision"] == "undecided"; undecided != (got.Unread != "") {
			t.Errorf("%s: Review: %s; Inspect: %q", name, want.Message, got.Unread)
			continue
		} else if undecided {
			continue
		}
		var denied []string
		for _, f := range got.Findings {
			if f.Action == finding.Deny && !strings.HasPrefix(f.Rule, "analysis/waiver") {
				denied = append(denied, f.Rule+" "+f.Path)
			}
			if f.Line != 0 || f.File == "" || f.Fingerprint == "" {
				t.Errorf("%s: %+v", name, f)
			}
		}
		causes := rules(want)
		slices.Sort(denied)
		slices.Sort(causes)
		if !slices.Equal(denied, causes) && len(causes) < 50 {
			t.Errorf("%s: Inspect denies %q, Review %q", name, denied, causes)
		}
		compared++
		if len(denied) > 0 {
			broken++
		}
	}
	if compared < 100 || broken < 100 {
		t.Errorf("only %d objects were compared, of which %d break a rule", compared, broken)
	}
}

func TestInspect_WaiversMarkAndAdmitNothing(t *testing.T) {
	bad := with(t, pod(good), `spec.containers.0.image="registry.example.com/shop/web:latest"`)
	annotated := func(value string) string {
		return with(t, bad, `metadata.annotations.guard/waive="`+value+`"`)
	}
	config := func(expires string) string {
		return "waivers: [{rule: image/tag-latest, objects: [Pod/shop/*], reason: r, owner: o, expires: " + expires + "}]"
	}
	for name, tt := range map[string]struct {
		config, object string
		want           []string
	}{
		"nothing waives it":                  {"", bad, []string{"image/tag-latest deny"}},
		"the configuration does":             {config("2026-06-15"), bad, []string{"image/tag-latest deny config"}},
		"the configuration did":              {config("2026-06-14"), bad, []string{"image/tag-latest deny"}},
		"an annotation does":                 {"", annotated("image/tag-latest until=2026-06-15 -- r"), []string{"image/tag-latest deny annotation"}},
		"an annotation did":                  {"", annotated("image/tag-latest until=2026-06-14 -- r"), []string{"analysis/waiver-expired deny", "image/tag-latest deny"}},
		"an annotation without an end":       {"", annotated("image/tag-latest -- r"), []string{"analysis/waiver-invalid deny", "image/tag-latest deny"}},
		"an annotation that nothing needs":   {"", annotated("image/tag-branch until=2026-06-15 -- r"), []string{"analysis/waiver-unused warn", "image/tag-latest deny"}},
		"where nothing is denied":            {"admission: {mode: warn}", bad, []string{"image/tag-latest warn"}},
		"where the rule is off":              {"admission: {namespaces: [{names: [shop], rules: {image/tag-latest: {action: off}}}]}", bad, nil},
		"where its waivers are off":          {"admission: {namespaces: [{names: [shop], rules: {analysis/waiver-expired: {action: off}}}]}", annotated("image/tag-latest until=2026-06-14 -- r"), []string{"image/tag-latest deny"}},
		"where the namespace is exempt":      {"admission: {exempt: {namespaces: [shop]}}", bad, nil},
		"an annotation beside configuration": {config("2026-06-15"), annotated("image/tag-latest until=2026-06-15 -- r"), []string{"image/tag-latest deny annotation"}},
	} {
		h := configured(t, tt.config, nil)
		if diff := cmp.Diff(tt.want, said(h.Inspect(t.Context(), existing(tt.object), today))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := h.Review(t.Context(), create(tt.object)); got.Allowed && strings.HasPrefix(name, "an annotation") {
			t.Errorf("%s: it lets the Pod in", name)
		}
	}
}

func TestInspect_SaysWhatItCannotJudge(t *testing.T) {
	labelled := "admission: {namespaces: [{labels: {a: b}, mode: warn}]}"
	for name, tt := range map[string]struct {
		handler *admission.Handler
		object  string
		want    string
	}{
		"no container":                  {configured(t, "", nil), `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{}}`, "no container was found in a Pod"},
		"no object":                     {configured(t, "", nil), `[]`, "none of the Kubernetes API"},
		"a namespace that is not known": {configured(t, labelled, failing{func(context.Context) error { return errors.New("gone") }}), pod(good), "the labels of namespace shop are not known: gone"},
		"a panic":                       {configured(t, labelled, failing{func(context.Context) error { panic("injected") }}), pod(good), "an error inside of guard"},
	} {
		if got := tt.handler.Inspect(t.Context(), existing(tt.object), today); !strings.Contains(got.Unread, tt.want) {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got := configured(t, "", nil).Inspect(ended, existing(pod(good)), today); got.Unread == "" {
		t.Error("an inspection that was given up is whole")
	}
}

// An image without proof is told of, as at admission, and one of which it is
// not known is no pass.
func TestInspect_AsksForProof(t *testing.T) {
	h := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
	h.Facts.Images = images{image: func(context.Context) (registry.Image, error) { return registry.Image{}, errors.New("away") }}
	got := h.Inspect(t.Context(), existing(podOf(t, "registry.example.com/team/app:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f")), today)
	if !slices.Contains(said(got), "image/not-digest-pinned deny") {
		t.Errorf("%+v", got)
	}
	h.Facts.Images = images{verify: func(context.Context) (signature.Result, error) { return signature.Result{}, errors.New("away") }}
	got = h.Inspect(t.Context(), existing(podOf(t, "registry.example.com/team/app@sha256:"+strings.Repeat("a", 64))), today)
	if !strings.Contains(got.Unread, "away") {
		t.Errorf("%+v", got)
	}
}
