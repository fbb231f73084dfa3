package admission_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"guard/admission"
	"guard/admission/breakglass"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
)

// faults are the ways in which something that is asked can fail.
var faults = map[string]func(context.Context) error{
	"an error":  func(context.Context) error { return errors.New("injected") },
	"a panic":   func(context.Context) error { panic("injected") },
	"no answer": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
}

// failing is a dependency whose every method fails in one way.
type failing struct{ fail func(context.Context) error }

func (f failing) Labels(ctx context.Context, _ string) (map[string]string, error) {
	return nil, f.fail(ctx)
}

func (f failing) Tokens(ctx context.Context) ([]breakglass.Laid, error) { return nil, f.fail(ctx) }

// dependencies lists the methods that a decision may call, and for each a
// handler that needs it.
func dependencies(t *testing.T, fail func(context.Context) error) map[string]*admission.Handler {
	labelled := configured(t, "admission: {namespaces: [{labels: {a: b}, mode: warn}]}", failing{fail})
	proving := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
	proving.Facts.Images = images{verify: func(ctx context.Context) (signature.Result, error) { return signature.Result{}, fail(ctx) }}
	naming := trusting(t, "registry.example.com/team/app", signaturetest.NewSigner(t))
	naming.Facts.Images = images{image: func(ctx context.Context) (registry.Image, error) { return registry.Image{}, fail(ctx) }}
	glazed := configured(t, "admission: {namespaces: [{labels: {a: b}, mode: warn}]}", nil) // denies, as it knows no labels
	glazed.Glass = &admission.Glass{Tokens: failing{fail}}
	return map[string]*admission.Handler{"Namespaces.Labels": labelled, "Tokens.Tokens": glazed, "Images.Verify": proving, "Images.Image": naming}
}

// RELIABILITY 8: whatever a decision depends on fails, in whatever way: it is
// a denial where guard denies, and a warning where it warns. The list of
// dependencies comes from the types, so that a new one without a test shows.
func TestReview_EveryDependencyMayFail(t *testing.T) {
	const digest = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	server := admission.NewServer(nil, nil)
	for name, fail := range faults {
		known := dependencies(t, fail)
		for _, dependency := range methods(reflect.TypeFor[admission.Handler](), map[reflect.Type]bool{}) {
			h, tested := known[dependency]
			if !tested {
				t.Errorf("no test makes %s fail", dependency)
				continue
			}
			image := "registry.example.com/team/app" + digest
			if dependency == "Images.Image" {
				image = "registry.example.com/team/app:3f2a9c1e8b7d6f5a4c3b2a19080706050403020f"
			}
			for mode, allowed := range map[string]bool{"deny": false, "warn": true} {
				h.Admission.Mode = mode
				server.Handler = func() *admission.Handler { return h }
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				got := server.Review(ctx, create(podOf(t, image)))
				cancel()
				if got.Allowed != allowed || allowed && len(got.Warnings) == 0 {
					t.Errorf("%s, %s, %s: allowed %v, %q, %s", dependency, name, mode, got.Allowed, got.Warnings, got.Message)
				}
			}
		}
	}
}

// methods are those of all interfaces of this package that a type holds.
func methods(of reflect.Type, seen map[reflect.Type]bool) (names []string) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if seen[of] || of.PkgPath() != reflect.TypeFor[admission.Handler]().PkgPath() {
		return nil
	}
	seen[of] = true
	switch of.Kind() {
	case reflect.Interface:
		for i := range of.NumMethod() {
			names = append(names, of.Name()+"."+of.Method(i).Name)
		}
	case reflect.Struct:
		for i := range of.NumField() {
			names = append(names, methods(of.Field(i).Type, seen)...)
		}
	}
	return names
}
