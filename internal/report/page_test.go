package report

import (
	"strings"
	"testing"
)

func TestContentPolicy_AllowsWhatStandsInThePage(t *testing.T) {
	style, script := "a{}", "b()"
	if got := ContentPolicy(style, ""); got != "default-src 'none'; style-src "+sourceHash(style)+"; base-uri 'none'; form-action 'none'" {
		t.Error(got)
	}
	if got := ContentPolicy(style, script); !strings.Contains(got, "; script-src "+sourceHash(script)+"; ") || strings.Contains(got, "unsafe") {
		t.Error(got)
	}
	if sourceHash(style) == sourceHash(script) {
		t.Error("a hash is that of any text")
	}
}

func TestSource_LeavesWhatPrints(t *testing.T) {
	for in, want := range map[string]string{
		"##vso[x]\n::error::x\n\tä漢": "##vso[x]\n::error::x\n\tä漢", "a\rb\x1b[m": `a\rb\x1b[m`, "\u202ex\u200b": `\u202ex\u200b`, "\xff": `\xff`, "": "",
	} {
		if got := Source(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownLink(t *testing.T) {
	for _, test := range []struct{ text, address, want string }{
		{"a|b", "https://example.com/x y", `[a&#124;b](<https://example.com/x%20y>)`},
		{"[x]", "javascript:alert(1)", "&#91;x&#93;"},
		{"x", "https://user@example.com", "x"},
		{"x", "https://example.com/\u202e", `[x](<https://example.com/%5Cu202e>)`},
		{"mail a@b.example", "", "mail a@&#8203;b.example"},
		{"app:1.4.2@sha256:abc", "", "app:1.4.2@sha256:abc"},
	} {
		if got := MarkdownLink(test.text, test.address); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.text, test.address, got, test.want)
		}
	}
}
