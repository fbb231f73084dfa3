package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"guard/internal/finding"
)

// rendered is Markdown as GitHub and GitLab make it HTML, raw HTML let through.
func renderedMarkdown(t testing.TB, source []byte) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(gmhtml.WithUnsafe())).Convert(source, &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

var markdownElements = strings.Fields("html head body h3 p table thead tbody tr th td code details summary ul li")

// checkMarkdown fails if text became anything but text. Tables keep their four
// columns.
func checkMarkdown(t testing.TB, source []byte) {
	t.Helper()
	for node := range renderedMarkdown(t, source).Descendants() {
		if node.Type == html.ElementNode && (!slices.Contains(markdownElements, node.Data) || len(node.Attr) > 0) {
			t.Errorf("element <%s %v>", node.Data, node.Attr)
		}
		if node.Type == html.CommentNode {
			t.Errorf("comment %q", node.Data)
		}
		if node.Data == "tr" && elements(node) != 4 {
			t.Errorf("a row of %d cells: %q", elements(node), textOf(node))
		}
		if node.Type == html.TextNode && calls.MatchString(node.Data) {
			t.Errorf("calls somebody: %q", calls.FindString(node.Data))
		}
	}
}

// calls matches what makes a link to a person, an issue or a page by itself.
var calls = regexp.MustCompile(`(^|[^\pL\pN\x{200b}])[@#!~][\pL\pN_]|(?i)https?://|www\.[a-z]`)

func elements(node *html.Node) int {
	n := 0
	for child := range node.ChildNodes() {
		if child.Type == html.ElementNode {
			n++
		}
	}
	return n
}

// Reliability 57
func TestMarkdown_IsTextAndNothingElseForHostileText(t *testing.T) {
	for _, payload := range append(slices.Clone(payloads), everyPayload) {
		t.Run(payload, func(t *testing.T) { checkMarkdown(t, render(t, "markdown", poisoned(payload), Options{})) })
	}
}

func FuzzMarkdown(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		out := render(t, "markdown", poisoned(text), Options{})
		checkInert(t, string(out))
		checkCommands(t, string(out), 0)
		checkMarkdown(t, out)
	})
}

func TestMarkdown_ShowsTextAsItIs(t *testing.T) {
	for _, text := range []string{"a | b", "`x` *y* _z_ ~~ w ~~", "[x](y) <b> &amp; &lt;", `\| \\ "q" 'r'`, "$x$ ${{ y }}", "1.4.2@sha256:ab", "構築"} {
		source := "| " + escapeMarkdown(text) + " |\n|---|\n"
		if got := strings.TrimSpace(textOf(renderedMarkdown(t, []byte(source)))); got != text {
			t.Errorf("%q reads %q", text, got)
		}
	}
}

func TestMarkdown_FitsIntoACommentAndCountsWhatIsLeftOut(t *testing.T) {
	r := newReport(slices.Repeat([]finding.Finding{tagLatest()}, 3_000), slices.Repeat([]finding.Incomplete{{File: "a", Reason: "b"}}, 3_000))
	out := render(t, "markdown", r, Options{})
	if n := utf8.RuneCount(out); n > commentLimit || n < commentLimit/2 {
		t.Errorf("%d characters, want at most %d", n, commentLimit)
	}
	rows := strings.Count(string(out), "| 🔴")
	if want := fmt.Sprintf("and %d more", 3_000-rows); !strings.Contains(string(out), want) {
		t.Errorf("%q is not there, with %d rows", want, rows)
	}
	if !strings.Contains(string(out), "3000 not looked at") {
		t.Error("what was not looked at is not counted")
	}
	checkMarkdown(t, out)
}

func TestSummary_HoldsMoreThanAComment(t *testing.T) {
	r := newReport(slices.Repeat([]finding.Finding{tagLatest()}, 20_000), nil)
	out := renderedSummary(t, r)
	if len(out) > 1<<20 || utf8.RuneCount(out) < commentLimit {
		t.Errorf("%d bytes, %d characters", len(out), utf8.RuneCount(out))
	}
}
