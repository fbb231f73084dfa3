package admission_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guard/admission"
	"guard/internal/authoring"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/tree"
)

// recorded is what registries say in an example.
type recorded struct {
	Images map[string]struct {
		registry.Image
		Error  string           `json:"error"`
		Signed signature.Result `json:"signed"`
	} `json:"images"`
	Trust       signature.Policy `json:"trust"`
	Environment string           `json:"environment"`
}

// Image implements admission.Images.
func (r recorded) Image(_ context.Context, ref imageref.Reference, _ admission.Puller) (registry.Image, error) {
	for name, image := range r.Images {
		if (*imageref.Classifier)(nil).Parse(name).String() != ref.String() {
			continue
		}
		for _, err := range []error{registry.ErrNotFound, registry.ErrUnauthorized, registry.ErrUnavailable, registry.ErrRefused} {
			if image.Error == err.Error() {
				return registry.Image{}, fmt.Errorf("registry.example.com: %w", err)
			}
		}
		if image.Error != "" {
			return registry.Image{}, errors.New(image.Error)
		}
		return image.Image, nil
	}
	return registry.Image{}, fmt.Errorf("nothing is recorded of %s", ref.String())
}

// Verify implements admission.Images.
func (r recorded) Verify(_ context.Context, ref imageref.Reference, _ admission.Puller) (signature.Result, error) {
	image := signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: ref.Digest}
	for name, known := range r.Images {
		if named := (*imageref.Classifier)(nil).Parse(name); named.Registry+"/"+named.Repository == image.Repository && known.Digest == image.Digest {
			known.Signed.Image, known.Signed.Entry = image, r.Trust.Match(image)
			return known.Signed, nil
		}
	}
	return signature.Result{}, fmt.Errorf("nothing is recorded of %s", ref.String())
}

// cloned are the rules that need a clone, which no cluster has.
var cloned = []string{"provenance/unknown-commit", "provenance/labels-inherited"}

// facts are the rules that need registries, alone and with parameters by which
// all of them are known; and what asks whatever is recorded.
func (r recorded) handler(t *testing.T) *admission.Handler {
	t.Helper()
	var ids []string
	settings := policy.Settings{Profile: policy.ProfileStrict, Skip: cloned, Now: authoring.Day, Rules: []config.Rule{{
		ID: "provenance/source-mismatch", Params: []config.Param{{Name: "sources", Value: []any{"https://example.com/team/shop"}}},
	}}}
	all, err := policy.Catalogue([]policy.Source{policy.Builtin()})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range all {
		if slices.Contains(rule.Needs, policy.NeedRegistry) && !slices.Contains(cloned, rule.ID) {
			ids = append(ids, rule.ID)
		}
	}
	settings.Demands = ids
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, settings)
	if err != nil {
		t.Fatal(err)
	}
	needs := func(rule finding.Rule) bool {
		trust := slices.Contains(rule.Needs, policy.NeedTrustPolicy)
		return len(rule.Needs) > 0 && (!trust || len(r.Trust.Trust) > 0)
	}
	facts, err := admission.NewFacts(evaluator.Only(needs), r.Trust, r)
	if err != nil {
		t.Fatal(err)
	}
	facts.Now = func() time.Time { return authoring.Day }
	h := &admission.Handler{
		Policies: evaluator.Only(func(finding.Rule) bool { return false }), Facts: facts, Documents: document.Options{Own: authoring.Own},
		Environments: []config.Environment{{Key: "production", Approval: "proved"}},
	}
	if r.Environment != "" {
		h.Admission.Namespaces = []config.Namespaces{{Names: []string{"*"}, Environment: r.Environment}}
	}
	return h
}

// RELIABILITY 68: where examples have recorded what registries say, the webhook
// denies at the same places by the same rules as guard check, and what guard
// check does not know, the webhook does not admit.
func TestParity_CheckAndReviewAgreeOnRegistries(t *testing.T) {
	compared, denied, unknown := 0, 0, 0
	for _, dir := range recordedDirs(t) {
		var r recorded
		text, err := os.ReadFile(filepath.Join(dir, policy.RegistryFile))
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		h := r.handler(t)
		for _, file := range manifests(t, dir) {
			want, open := checked(t, h.Facts.Rules, dir, file)
			got, undecided := reviewed(t, h, filepath.Join(dir, file))
			switch {
			case got == nil && !undecided: // nothing in it holds a Pod
				continue
			case open && !undecided && len(got) == 0:
				t.Errorf("%s/%s: guard check does not know, and the webhook admits", dir, file)
			case !open && undecided:
				t.Errorf("%s/%s: guard check knows, and the webhook does not", dir, file)
			case !open && !slices.Equal(got, want):
				t.Errorf("%s/%s: the webhook denies %q, guard check %q", dir, file, got, want)
			}
			compared++
			if len(want) > 0 {
				denied++
			}
			if undecided {
				unknown++
			}
		}
	}
	if compared < 30 || denied < 12 || unknown < 8 {
		t.Errorf("only %d examples were compared, of which %d are denied and %d not known", compared, denied, unknown)
	}
}

// recordedDirs are the directories of examples with a record.
func recordedDirs(t *testing.T) (dirs []string) {
	t.Helper()
	err := filepath.WalkDir("../testdata/rules", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == policy.RegistryFile {
			dirs = append(dirs, filepath.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

func manifests(t *testing.T, dir string) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if path.Ext(e.Name()) == ".yaml" {
			files = append(files, e.Name())
		}
	}
	return files
}

// checked is what guard check denies in a file, and whether something in it is
// not known to it that a cluster could know.
func checked(t *testing.T, rules *policy.Evaluator, dir, file string) (denied []string, open bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	documents, err := authoring.Documents(t.Context(), os.DirFS(dir), ".", file, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if d.Kind != document.KindKubernetes {
			continue
		}
		results, err := rules.Evaluate(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range results {
			denied = append(denied, found.Rule+" "+found.Path)
		}
		for _, p := range d.Incomplete {
			open = open || !strings.Contains(p.Message, "whether its commit")
		}
	}
	slices.Sort(denied)
	return slices.Compact(denied), open
}

// reviewed is what the webhook denies in the objects of a file; nil where it
// was asked about none.
func reviewed(t *testing.T, h *admission.Handler, file string) (denied []string, undecided bool) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range tree.ParseYAML(string(text)) {
		r := request(part.Root)
		if part.Err != nil || r.Resource.Resource == "" {
			continue
		}
		if denied == nil {
			denied = []string{}
		}
		got := h.Review(t.Context(), r)
		denied = append(denied, rules(got)...)
		undecided = undecided || got.Audit["decision"] == "undecided"
	}
	slices.Sort(denied)
	return slices.Compact(denied), undecided
}
