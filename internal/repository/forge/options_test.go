package forge

import (
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	tests := map[string]struct {
		api, repository, token string
		want                   string // part of the error; "" where there is none
	}{
		"github.com":                                {"", "acme/shop", secret, ""},
		"an enterprise server":                      {"https://git.example.com/api/v3/", "acme/shop", secret, ""},
		"no token":                                  {"", "acme/shop", "", ""},
		"this machine, unencrypted":                 {"http://localhost:8080", "acme/shop", secret, ""},
		"unencrypted without a token":               {"http://git.example.com", "acme/shop", "", ""},
		"unencrypted with a token":                  {"http://git.example.com", "acme/shop", secret, "would go there unencrypted"},
		"a host that only begins like this machine": {"http://127.0.0.1.evil.example", "acme/shop", secret, "would go there unencrypted"},
		"another scheme":                            {"ftp://git.example.com", "acme/shop", secret, "expected https"},
		"no scheme":                                 {"git.example.com/api", "acme/shop", secret, "expected https://host/path"},
		"a user in the address":                     {"https://u:" + secret + "@git.example.com", "acme/shop", secret, "holds a user"},
		"a query in the address":                    {"https://git.example.com?x=1", "acme/shop", secret, "neither ? nor #"},
		"no repository":                             {"", "", secret, "expected owner/name"},
		"no owner":                                  {"", "shop", secret, "expected owner/name"},
		"a path upwards":                            {"", "../shop", secret, `".." is no name`},
		"a query in the name":                       {"", "acme/shop?x=1", secret, "expected owner/name"},
		"a line in the token":                       {"", "acme/shop", "a\nb", "a character that no token has"},
		"a line end behind the token":               {"", "acme/shop", secret + "\n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := NewGitHub(Options{API: test.api, Repository: test.repository, Token: test.token})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got the error %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got the error %v, want %q in it", err, test.want)
			case err != nil && strings.Contains(err.Error(), secret):
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestOptions_GitLabHasGroups(t *testing.T) {
	if _, err := NewGitLab(Options{Repository: "acme/web/shop"}); err != nil {
		t.Error(err)
	}
	if _, err := NewGitHub(Options{Repository: "acme/web/shop"}); err == nil {
		t.Error("GitHub has no groups: want an error")
	}
	if _, err := NewGitLab(Options{Repository: "acme//shop"}); err == nil {
		t.Error("an empty group: want an error")
	}
}

func TestHost(t *testing.T) {
	for api, want := range map[string]string{"": "github.com", "https://git.example.com:8443/api/v3": "git.example.com"} {
		g, err := NewGitHub(Options{API: api, Repository: "acme/shop"})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Host(); got != want {
			t.Errorf("%q: got %q, want %q", api, got, want)
		}
	}
}
