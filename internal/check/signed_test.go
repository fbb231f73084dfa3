package check_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"guard/internal/check"
	"guard/internal/document"
	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
)

// everything is a registry that has every image, each with a digest of its own.
type everything struct{}

func (everything) Image(_ context.Context, ref imageref.Reference) (registry.Image, error) {
	return registry.Image{Digest: signature.DigestOf([]byte(ref.String()))}, nil
}

// told gives what is told of the images of Pods.
func told(t *testing.T, images []string, v *check.Verification) (all []document.Image, incomplete []string) {
	t.Helper()
	var text strings.Builder
	for _, image := range images {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}\n", image)
	}
	documents := document.Load("pod.yaml", []byte(text.String()), document.Options{})
	if err := check.Tell(t.Context(), check.Options{Registry: everything{}, Verification: v, Now: factsDay}, documents); err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		all = append(all, d.Images...)
		for _, p := range d.Incomplete {
			incomplete = append(incomplete, p.Message)
		}
	}
	return all, incomplete
}

func keyed(pattern string) signature.Policy {
	return signature.Policy{Trust: []signature.Trust{{Images: []string{pattern}, Authorities: []signature.Authority{{Name: "release"}}}}}
}

// Whatever goes wrong while signatures are verified leaves them unknown.
func TestTell_WhatCannotBeVerifiedIsUnknown(t *testing.T) {
	verify := func(f func() (signature.Result, error)) *check.Verification {
		return &check.Verification{Policy: keyed("ghcr.io/acme/**"), Verify: func(context.Context, imageref.Reference, signature.Image) (signature.Result, error) { return f() }}
	}
	for name, tt := range map[string]struct {
		verification *check.Verification
		state, says  string
	}{
		"a panic":     {verify(func() (signature.Result, error) { panic("no") }), "unknown", "what is signed about it: internal error"},
		"an error":    {verify(func() (signature.Result, error) { return signature.Result{}, errors.New("a\nb") }), "unknown", "what is signed about it: a"},
		"nobody":      {&check.Verification{Policy: keyed("ghcr.io/acme/**"), Unable: "nobody can"}, "unknown", "what is signed about it: nobody can"},
		"no entry":    {&check.Verification{Policy: keyed("ghcr.io/other/**"), Unable: "nobody can"}, "untrusted", ""},
		"no policy":   {nil, "", ""},
		"a near name": {&check.Verification{Policy: keyed("ghcr.io/acm"), Unable: "nobody can"}, "untrusted", ""},
	} {
		t.Run(name, func(t *testing.T) {
			images, said := told(t, []string{"ghcr.io/acme/app:1.0.0"}, tt.verification)
			if got := images[0].Facts.Trust.State; got != tt.state {
				t.Errorf("state %q, want %q", got, tt.state)
			}
			if all := strings.Join(said, "\n"); !strings.Contains(all, tt.says) || (tt.says == "") != (len(said) == 0) || strings.Contains(all, "a\nb") {
				t.Errorf("said %q, want %q", all, tt.says)
			}
		})
	}
}

// What stands beyond the limit is said not to have been looked at.
func TestTell_VerifiesSoManyImagesAndSaysSo(t *testing.T) {
	images := make([]string, 1010)
	for i := range images {
		images[i] = fmt.Sprintf("ghcr.io/acme/app:1.0.%d", i)
	}
	var asked atomic.Int64
	all, incomplete := told(t, images, &check.Verification{Policy: keyed("ghcr.io/acme/**"), Verify: func(_ context.Context, _ imageref.Reference, image signature.Image) (signature.Result, error) {
		asked.Add(1)
		return signature.Result{Image: image, Status: signature.Satisfied, Signature: &signature.Demand{Status: signature.Satisfied}}, nil
	}})
	beyond := 0
	for _, image := range all {
		if trust := image.Facts.Trust; trust.State == "unknown" && strings.Contains(trust.Reason, "more than 1000") {
			beyond++
		}
	}
	if asked.Load() != 1000 || beyond != 10 || len(incomplete) != 10 {
		t.Errorf("asked of %d, %d beyond, %d told", asked.Load(), beyond, len(incomplete))
	}
}
