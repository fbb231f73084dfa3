package repository

import (
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
)

func TestNameIn(t *testing.T) {
	for address, want := range map[string]string{
		"https://github.com/acme/shop.git":          "acme/shop",
		"https://github.com/acme/shop/":             "acme/shop",
		"https://user:word@github.com/acme/shop":    "acme/shop",
		"git@github.com:acme/shop.git":              "acme/shop",
		"ssh://git@git.example.com:2222/acme/shop":  "acme/shop",
		"https://gitlab.example.com/group/sub/shop": "sub/shop",
		"https://github.com/shop":                   "",
		"https://github.com":                        "",
		"git@github.com":                            "",
		"../mirror/shop.git":                        "",
		"/srv/git/acme/shop.git":                    "",
		"file:///srv/git/acme/shop.git":             "",
		"":                                          "",
	} {
		if got := nameIn(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestRepository_NameIsThatOfOrigin(t *testing.T) {
	dir := t.TempDir()
	created, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := repo.Name(); got != "" {
		t.Errorf("got %q without a remote, want nothing", got)
	}
	if _, err := created.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{"git@github.com:acme/shop.git"}}); err != nil {
		t.Fatal(err)
	}
	if got := repo.Name(); got != "acme/shop" {
		t.Errorf("got %q, want acme/shop", got)
	}
}
