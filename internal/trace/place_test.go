package trace_test

import (
	"testing"

	"guard/internal/trace"
)

func TestPlace(t *testing.T) {
	for address, want := range map[string]string{
		"https://github.com/acme/shop":                          "github.com/acme/shop",
		"https://github.com/Acme/Shop.git":                      "github.com/acme/shop",
		"https://github.com/acme/shop/":                         "github.com/acme/shop",
		"git+https://github.com/acme/shop@refs/heads/main":      "github.com/acme/shop",
		"https://github.com/acme/shop.git#refs/heads/main":      "github.com/acme/shop",
		"git@github.com:acme/shop.git":                          "github.com/acme/shop",
		"ssh://git@git.example.com:2222/team/sub/app.git":       "git.example.com/team/sub/app",
		"https://user:canary-1a2b3c4d@git.example.com/team/app": "git.example.com/team/app",
		"https://gitlab.example.com/group/sub/app":              "gitlab.example.com/group/sub/app",
		"github.com/acme/shop":                                  "github.com/acme/shop",
		"https://github.com":                                    "",
		"acme/shop":                                             "",
		"shop":                                                  "",
		"":                                                      "",
		"javascript://github.com/acme/shop\nx":                  "",
		"pkg:docker/alpine@3.20":                                "",
	} {
		if got := trace.Place(address); got != want {
			t.Errorf("Place(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("https://user:pass@host.tld:1/a/b@c#d?e")
	f.Fuzz(func(t *testing.T, address string) {
		if place := trace.Place(address); place != "" && trace.Place("https://"+place) != place {
			t.Errorf("Place(%q) = %q, which is read as %q", address, place, trace.Place("https://"+place))
		}
	})
}
