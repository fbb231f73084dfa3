package imageref_test

import (
	"testing"

	"guard/internal/imageref"
)

func TestIsScratch(t *testing.T) {
	for image, want := range map[string]bool{
		"localhost:5000/app:1":            true,
		"localhost/app":                   true,
		"127.0.0.1:5000/app":              true,
		"[::1]:5000/app":                  true,
		"k3d-registry.localhost:5000/app": true,
		"registry.local:5000/team":        true,
		"ko.local":                        true,
		"ttl.sh/app:1h":                   true,
		"localhost":                       false,
		"localhost:1":                     true, // the beginning of a name, or an image of that name
		"ghcr.io/localhost/app":           false,
		"registry.example.com/app":        false,
		"registry.local.example.com/app":  false,
		"app:1":                           false,
		"":                                false,
	} {
		if got := imageref.IsScratch(image); got != want {
			t.Errorf("%q: got %v, want %v", image, got, want)
		}
	}
}
