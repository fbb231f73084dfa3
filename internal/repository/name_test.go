package repository

import (
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
)

func TestPlaceIn(t *testing.T) {
	for address, want := range map[string]string{
		"https://github.com/acme/shop.git":          "github.com acme/shop",
		"https://github.com/acme/shop/":             "github.com acme/shop",
		"https://user:word@github.com/acme/shop":    "github.com acme/shop",
		"https://user:w@rd@GitHub.com/acme/shop":    "github.com acme/shop",
		"git@github.com:acme/shop.git":              "github.com acme/shop",
		"ssh://git@git.example.com:2222/acme/shop":  "git.example.com acme/shop",
		"https://gitlab.example.com/group/sub/shop": "gitlab.example.com group/sub/shop",
		"git@gitlab.example.com:group/sub/shop.git": "gitlab.example.com group/sub/shop",
		"https://github.com/shop":                   " ",
		"https://github.com":                        " ",
		"git@github.com":                            " ",
		"../mirror/shop.git":                        " ",
		"/srv/git/acme/shop.git":                    " ",
		"file:///srv/git/acme/shop.git":             " ",
		"":                                          " ",
	} {
		host, name := placeIn(address)
		if got := host + " " + name; got != want {
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
	if host, name := repo.Origin(); host != "github.com" || name != "acme/shop" {
		t.Errorf("got %q and %q, want github.com and acme/shop", host, name)
	}
}
