package registry_test

import (
	"errors"
	"strings"
	"testing"

	"guard/internal/registry"
)

// RELIABILITY 29: who asks for many images at once reads less of each.
func TestImage_LimitOfItsBytes(t *testing.T) {
	limited := func(o *registry.Options) { o.Image = 64 << 10 }
	for name, test := range map[string]struct {
		user    string // in the configuration
		padding int    // bytes of the manifest besides
		holds   bool
	}{
		"small":                 {"1000", 0, true},
		"a large configuration": {strings.Repeat("x", 40<<10), 0, false}, // it is there twice
		"a large manifest":      {"1000", 80 << 10, false},
	} {
		c := encode(config("amd64", test.user))
		m := append(manifest(c), []byte(strings.Repeat(" ", test.padding))...)
		for _, reference := range []string{"acme/app:1", "acme/app@" + digest(m)} {
			r := start(t, mux(image(m, c, ociManifest)), limited)
			if _, err := r.client.Resolve(ctx, r.ref(reference)); (err == nil) != test.holds || err != nil && !errors.Is(err, registry.ErrInvalid) {
				t.Errorf("%s, %s: %v", name, reference, err)
			}
			whole := start(t, mux(image(m, c, ociManifest)))
			if _, err := whole.client.Resolve(ctx, whole.ref(reference)); err != nil {
				t.Errorf("%s, %s, without a limit: %v", name, reference, err)
			}
		}
	}
	for _, wrong := range []int64{-1, 9 << 20} {
		if _, err := registry.New(registry.Options{Image: wrong}); err == nil {
			t.Errorf("a limit of %d bytes", wrong)
		}
	}
}
