package transport

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPick(t *testing.T) {
	for _, row := range []struct {
		name    string
		headers []string
		want    challenge
	}{
		{"a token", []string{`Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"`},
			challenge{"bearer", map[string]string{"realm": "https://auth.example.com/token", "service": "registry.example.com", "scope": "repository:a/b:pull,push"}}},
		{"a token before a password", []string{`Basic realm="x"`, `bearer Realm="y"`}, challenge{"bearer", map[string]string{"realm": "y"}}},
		{"a password before what is unknown", []string{`Negotiate`, `BASIC realm="x"`}, challenge{"basic", map[string]string{"realm": "x"}}},
		{"without quotes", []string{`Bearer realm=https://a/b, service=c`}, challenge{"bearer", map[string]string{"realm": "https://a/b", "service": "c"}}},
		{"an escaped quote", []string{`Bearer realm="a\"b"`}, challenge{"bearer", map[string]string{"realm": `a"b`}}},
		{"a name twice", []string{`Bearer realm="a",realm="b"`}, challenge{"bearer", map[string]string{"realm": "a"}}},
		{"a quote that does not end", []string{`Bearer realm="a`}, challenge{"bearer", map[string]string{"realm": "a"}}},
		{"nothing", nil, challenge{}},
		{"what is unknown", []string{"Negotiate"}, challenge{}},
	} {
		got, ok := pick(http.Header{"Www-Authenticate": row.headers})
		if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(challenge{})); diff != "" || ok != (row.want.scheme != "") {
			t.Errorf("%s: %t\n%s", row.name, ok, diff)
		}
	}
}

func FuzzParseChallenge(f *testing.F) {
	f.Add(`Bearer realm="https://a/token",service="b"`)
	f.Add(`Basic realm="\`)
	f.Add(` ,,=,"`)
	f.Fuzz(func(t *testing.T, text string) {
		c := parseChallenge(text)
		values := 0
		for _, value := range c.params {
			values += len(value)
		}
		if values > len(text) || len(c.params) > len(text) {
			t.Errorf("%q: %q is more than the text", text, c.params)
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m\u202e\n")
	f.Add(strings.Repeat("é", 400))
	f.Fuzz(func(t *testing.T, text string) {
		got := Clean(text)
		if !utf8.ValidString(got) || len(got) > maxText+len("…") || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x202e }) {
			t.Errorf("Clean(%q) = %q", text, got)
		}
	})
}
