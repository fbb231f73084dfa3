package ruledocs_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"guard/internal/authoring"
	"guard/internal/policy"
	"guard/internal/ruledocs"
)

// builtin is guard's own library, read once.
var builtin = sync.OnceValues(func() (ruledocs.Library, error) {
	rules, err := authoring.Builtin().Documented(context.Background())
	return ruledocs.Library{Title: "Rules of guard", Dir: policy.Builtin().Name, Rules: rules}, err
})

func ownRules(t *testing.T) ruledocs.Library {
	t.Helper()
	l, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shownByNothing is a rule about the change from one commit to another, which no
// file shows.
const shownByNothing = "analysis/policy-change"

func TestFiles_EveryRuleOfGuardHasAPage(t *testing.T) {
	rules, err := policy.Catalogue([]policy.Source{policy.Builtin()})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range ruledocs.Formats() {
		pages := map[string]string{}
		for _, file := range filesOf(t, format, ownRules(t)) {
			pages[strings.TrimSuffix(strings.TrimSuffix(file.Name, ".html"), ".md")] = file.Text
		}
		if len(pages) != len(rules)+1 {
			t.Errorf("%s: %d pages for %d rules", format.Name, len(pages), len(rules))
		}
		for _, r := range rules {
			wanted := []string{"What to do", "Configure", "Waive", "package guard.rules."}
			if r.ID != shownByNothing {
				wanted = append(wanted, "Examples that break it", "Examples that keep it", "found")
			}
			for _, want := range wanted {
				if !strings.Contains(pages[r.ID], want) {
					t.Errorf("%s: the page of %s lacks %q", format.Name, r.ID, want)
				}
			}
			for _, mark := range []string{"# want ", "# want-next ", `# unknown "`} {
				if strings.Contains(pages[r.ID], mark) {
					t.Errorf("%s: the page of %s shows what is for tests: %q", format.Name, r.ID, mark)
				}
			}
		}
	}
}

func TestFiles_AreTheSameEachTime(t *testing.T) {
	again, err := authoring.Builtin().Documented(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := ownRules(t)
	for _, format := range ruledocs.Formats() {
		first, second := filesOf(t, format, l), filesOf(t, format, ruledocs.Library{Title: l.Title, Dir: l.Dir, Rules: again})
		if !slices.Equal(first, second) {
			t.Errorf("%s: two runs differ", format.Name)
		}
	}
}

func TestSite_LinksLeadSomewhere(t *testing.T) {
	pages := map[string]*html.Node{}
	for _, file := range filesOf(t, ruledocs.Site, ownRules(t)) {
		root, err := html.Parse(strings.NewReader(file.Text))
		if err != nil {
			t.Fatal(err)
		}
		pages[file.Name] = root
	}
	followed := 0
	for name, root := range pages {
		for _, problem := range pageProblems(root) {
			t.Errorf("%s: %s", name, problem)
		}
		for node := range root.Descendants() {
			href, is := attribute(node, "href")
			if !is || strings.HasPrefix(href, "https://") {
				continue
			}
			followed++
			if !leads(pages, name, href) {
				t.Errorf("%s links to %s, which is not there", name, href)
			}
		}
	}
	if followed < 3*len(ownRules(t).Rules) {
		t.Errorf("only %d links were followed", followed)
	}
	if leads(pages, "index.html", "image/nothing.html") || leads(pages, "index.html", "#nothing") {
		t.Error("dead links are taken for living ones")
	}
}

// leads tells whether a link from a page leads to another, or to a part of one.
func leads(pages map[string]*html.Node, from, href string) bool {
	file, part, _ := strings.Cut(href, "#")
	to := from
	if file != "" {
		to = path.Join(path.Dir(from), file)
	}
	root := pages[to]
	if root == nil || part == "" {
		return root != nil
	}
	for node := range root.Descendants() {
		if id, _ := attribute(node, "id"); id == part {
			return true
		}
	}
	return false
}

// pageProblems is what keeps people from reading a page.
func pageProblems(root *html.Node) []string {
	var problems, ids []string
	level, headings := 0, 0
	for node := range root.Descendants() {
		if id, has := attribute(node, "id"); has && slices.Contains(ids, id) {
			problems = append(problems, "two parts have the id "+id)
		} else if has {
			ids = append(ids, id)
		}
		_, labelled := attribute(node, "aria-label")
		switch {
		case node.Type != html.ElementNode:
		case slices.Contains([]string{"input", "select", "form"}, node.Data) && !labelled:
			problems = append(problems, node.Data+" has no label")
		case node.Data == "img" || node.Data == "link" || node.Data == "iframe":
			problems = append(problems, "it loads by "+node.Data)
		case len(node.Data) == 2 && node.Data[0] == 'h' && '1' <= node.Data[1] && node.Data[1] <= '6':
			headings++
			if next := int(node.Data[1] - '0'); next > level+1 {
				problems = append(problems, fmt.Sprintf("a heading of level %d follows one of level %d", next, level))
			} else {
				level = next
			}
		}
	}
	if headings < 2 {
		problems = append(problems, "it has no headings")
	}
	return problems
}

// A page's policy lets its own style and script be, and nothing else.
func TestSite_PolicyIsThatOfThePage(t *testing.T) {
	for _, file := range filesOf(t, ruledocs.Site, library()) {
		root, err := html.Parse(strings.NewReader(file.Text))
		if err != nil {
			t.Fatal(err)
		}
		policy, found := "", map[string]string{}
		for node := range root.Descendants() {
			if kind, _ := attribute(node, "http-equiv"); kind == "Content-Security-Policy" {
				policy, _ = attribute(node, "content")
			}
			if node.Type == html.ElementNode && (node.Data == "style" || node.Data == "script") {
				sum := sha256.Sum256([]byte(node.FirstChild.Data))
				found[node.Data] = "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			}
		}
		want := "default-src 'none'; style-src " + found["style"]
		if found["script"] != "" {
			want += "; script-src " + found["script"]
		}
		if want += "; base-uri 'none'; form-action 'none'"; policy != want || (file.Name == "index.html") != (found["script"] != "") {
			t.Errorf("%s: the policy is %q, want %q", file.Name, policy, want)
		}
	}
}

func TestPageProblemsBite(t *testing.T) {
	for _, page := range []string{
		`<h1>a</h1><h2>b</h2><p id="x"></p><p id="x"></p>`, `<h1>a</h1><h2>b</h2><input>`, `<h1>a</h1><h3>b</h3><h2>c</h2>`, `<h1>a</h1>`, `<h1>a</h1><h2>b</h2><img src="x">`,
	} {
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		if len(pageProblems(root)) != 1 {
			t.Errorf("%s: %q", page, pageProblems(root))
		}
	}
}

func attribute(node *html.Node, key string) (string, bool) {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}
