package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"guard/internal/finding"
)

// allowedElements are those of the page's template.
var allowedElements = strings.Fields(`html head meta title style body header h1 h2 h3 span p main dl div dt dd section svg rect ul li form input select option button
	output b article code mark small details summary a footer script strong table caption thead tbody tr th td g path text desc`)

// allowedAttributes are those of the page's template; none runs a script.
var allowedAttributes = strings.Fields(`lang charset http-equiv content name class aria-label aria-hidden aria-pressed role viewbox viewBox preserveaspectratio
	preserveAspectRatio x y width height hidden type placeholder value data-severity data-rule tabindex href rel
	id aria-labelledby scope d rx`)

// checkHTML parses a page as a browser does and fails for everything that the
// template does not hold. It returns the heading of each finding.
//
// Reliability 57
func checkHTML(t testing.TB, out []byte) (headings []string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for node := range root.Descendants() {
		if node.Type == html.CommentNode {
			t.Errorf("a comment: %q", node.Data)
		}
		if node.Type == html.ElementNode {
			checkElement(t, node)
		}
		if node.Data == "h3" && node.Parent.Data == "article" {
			headings = append(headings, textOf(node))
		}
	}
	return headings
}

func checkElement(t testing.TB, node *html.Node) {
	t.Helper()
	if !slices.Contains(allowedElements, node.Data) {
		t.Errorf("element <%s>", node.Data)
	}
	if own, ok := map[string]string{"script": htmlScript, "style": htmlStyle}[node.Data]; ok && textOf(node) != own {
		t.Errorf("<%s> holds %q", node.Data, textOf(node))
	}
	for _, a := range node.Attr {
		if !slices.Contains(allowedAttributes, a.Key) {
			t.Errorf("<%s> has the attribute %s=%q", node.Data, a.Key, a.Val)
		}
		if a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") {
			t.Errorf("a link to %q", a.Val)
		}
	}
}

func textOf(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// Reliability 57
func TestHTML_HoldsNothingButItsTemplateForHostileText(t *testing.T) {
	for _, payload := range append(slices.Clone(payloads), everyPayload) {
		checkHTML(t, render(t, "html", poisoned(payload), Options{}))
	}
}

// Reliability 57
func TestHTML_LinksOnlyToThePagesOfTheWeb(t *testing.T) {
	for _, address := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example", "/x", "x", "file:///etc/passwd", "https:///x", "https://user:pass@evil.example", "",
	} {
		if link, ok := webLink(address); ok {
			t.Errorf("webLink(%q) = %q, want no link", address, link)
		}
	}
	const page = "https://kubernetes.io/docs/concepts/containers/images/#a"
	if link, ok := webLink(page); !ok || link != page {
		t.Errorf("webLink(%q) = %q, %t", page, link, ok)
	}
}

// Reliability 57
func TestHTML_PolicyAllowsExactlyTheScriptAndTheStyleOfThePage(t *testing.T) {
	root, err := html.Parse(bytes.NewReader(render(t, "html", manyReport(), Options{})))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	var policy string
	for node := range root.Descendants() {
		if node.Data == "script" || node.Data == "style" {
			want[node.Data] = node.Data + "-src " + sourceHash(textOf(node))
		}
		if node.Data == "meta" && node.Attr[0].Val == "Content-Security-Policy" {
			policy = node.Attr[1].Val
		}
	}
	got := strings.Split(policy, "; ")
	if diff := cmp.Diff([]string{"default-src 'none'", want["style"], want["script"], "base-uri 'none'", "form-action 'none'"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHTML_MarksTheRegionInTheExcerpt(t *testing.T) {
	out := string(render(t, "html", oneReport(), Options{}))
	if want := `<span class="n">14</span>    image: <mark>registry.example.com/shop/web:latest</mark></div>`; !strings.Contains(out, want) {
		t.Errorf("%s is not in the page", want)
	}
}

func TestHTML_SaysWhatWasNotLookedAtAndWhatIsWaived(t *testing.T) {
	out := string(render(t, "html", manyReport(), Options{}))
	for _, want := range []string{"<h2>Not looked at</h2>", "12.4 MB, more than the limit of 10 MB", "waived: needs port 80 until the proxy moves, by team-web, until 2027-01-31"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

func TestHTML_CallsAReportWithoutFindingsPassedOnlyIfAllWasLookedAt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*finding.Report)
		want   string
	}{
		"all looked at":   {func(*finding.Report) {}, ">passed<"},
		"something not":   {func(r *finding.Report) { r.Incomplete = []finding.Incomplete{{File: "a", Reason: "b"}} }, ">incomplete<"},
		"no file at all":  {func(r *finding.Report) { r.Summary.Files = 0 }, ">nothing checked<"},
		"something wrong": {func(r *finding.Report) { r.Findings = []finding.Finding{tagLatest()} }, ">denied<"},
	} {
		r := emptyReport()
		c.change(r)
		if out := string(render(t, "html", r, Options{})); !strings.Contains(out, c.want) {
			t.Errorf("%s: %s is not in the page", name, c.want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		out := render(t, "html", poisoned(text), Options{})
		checkInert(t, string(out))
		checkCommands(t, string(out), 0)
		message := limit(Clean(text), longMessage)
		if diff := cmp.Diff([]string{message, message}, checkHTML(t, out)); diff != "" {
			t.Errorf("headings (-want +got):\n%s", diff)
		}
	})
}
