package ruledocs_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"guard/internal/authoring"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/ruledocs"
)

// hostileTexts act where they are shown with no care.
var hostileTexts = []string{
	"<script>alert(1)</script>", "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style><svg onload=alert(1)>", "]]><!--", "--> <b>x</b>",
	"a|b | c", "`code` ``` \n```\n<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://evil.example/pixel.png)", "[x]: javascript:alert(1)", "<javascript:alert(1)>",
	"https://evil.example/x", "www.evil.example", "mail a@evil.example", "xmpp:a@evil.example/x", "# heading", "- [ ] item", "1. item", "=====", "---", "> quote", "~~~\n<script>alert(1)</script>\n~~~", "    indented",
	"{{.ID}} ${{ x }} {% x %}", "</details></pre></code>", "bidi\u202e\u2066", "esc\x1b[31m\x07", "zero\u200bwidth", "line\u2028sep", "bad\xff\xfe", "$x$ @team #1 !2 ~label", "&lt;b&gt; &amp;",
}

// hostileRule has one such text in every place that holds any.
func hostileRule(text string) authoring.Documented {
	return authoring.Documented{
		Written: policy.Written{
			Rule: finding.Rule{
				ID: "image/hostile", Title: text, Description: text + "\n\n" + text, Remediation: text, Severity: finding.High, Kinds: []string{"file"}, Custom: true,
				Profiles: []string{text}, Needs: []string{policy.NeedRegistry}, Since: text, Aliases: []string{text}, Frameworks: []string{text},
				Params:  []finding.Param{{Name: text, Type: "array", Default: []any{text}, Profiles: map[string]any{text: text}, Description: text}},
				Related: []finding.RelatedLink{{URL: text, Description: text}, {URL: "javascript:alert(1)"}, {URL: "https://example.com/" + text}, {URL: "https://user:secret@example.com"}},
			},
			File: "image/" + text + ".rego", Line: 1, Text: text,
		},
		Examples: []authoring.Example{{
			Kind: authoring.ExampleBad, File: text, Whole: []string{text}, Lines: []authoring.ExampleLine{{Text: text, Marks: []string{text}}, {Text: "```"}, {Text: "````"}},
		}},
	}
}

func TestFiles_LeaveNothingActiveOfHostileRules(t *testing.T) {
	calm := map[string]shape{}
	for _, text := range append([]string{"calm"}, hostileTexts...) {
		for _, format := range ruledocs.Formats() {
			l := ruledocs.Library{Title: text, Dir: text, Rules: []authoring.Documented{hostileRule(text)}}
			for _, file := range filesOf(t, format, l) {
				wantPrintable(t, file)
				page := file.Text
				if format.Name == "markdown" {
					page = rendered(t, page)
				}
				got := shapeOf(t, page)
				if text == "calm" {
					calm[file.Name] = got
					continue
				}
				if want := calm[file.Name]; !slices.Equal(got.elements, want.elements) {
					t.Errorf("%s of %q has other elements than that of a calm rule (-calm +got):\n%s", file.Name, text, cmp.Diff(want.elements, got.elements))
				}
				for _, link := range got.links {
					if !strings.HasPrefix(link, "https://example.com/") && !slices.Contains(calm[file.Name].links, link) && link != text {
						t.Errorf("%s of %q links to %q", file.Name, text, link)
					}
				}
			}
		}
	}
}

// wantPrintable fails for every character that acts where a file is shown.
func wantPrintable(t *testing.T, file ruledocs.File) {
	t.Helper()
	for i, r := range file.Text {
		if r < ' ' && r != '\n' && r != '\t' || r == unicode.ReplacementChar || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			t.Fatalf("%s: %U at byte %d: %q", file.Name, r, i, file.Text[max(0, i-60):min(len(file.Text), i+60)])
		}
	}
}

// rendered is Markdown as GitHub shows it, with nothing left out for safety.
func rendered(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(gmhtml.WithUnsafe())).Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// repeated are elements of which there are more where a text has more lines or
// links.
var repeated = []string{"p", "a href", "a href rel", "div", "span class"}

// shape is what of a page could act: its elements, with the names of their
// attributes, and where it leads.
type shape struct{ elements, links []string }

func shapeOf(t *testing.T, page string) shape {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var s shape
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		element := node.Data
		for _, a := range node.Attr {
			element += " " + a.Key
			if a.Key == "href" || a.Key == "src" {
				s.links = append(s.links, a.Val)
			}
		}
		if !slices.Contains(repeated, element) {
			s.elements = append(s.elements, element)
		}
	}
	return s
}
