package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

// command is a workflow command as the runner reads it.
type command struct {
	Name, Data string
	Properties map[string]string
}

var commandPattern = regexp.MustCompile(`^::([a-z]+) ([^:]*)::(.*)$`)

// readCommand reads a line as the runner does.
func readCommand(t testing.TB, line string) command {
	t.Helper()
	m := commandPattern.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("no command: %q", line)
	}
	c := command{m[1], unescaped(m[3], false), map[string]string{}}
	for property := range strings.SplitSeq(m[2], ",") {
		name, value, _ := strings.Cut(property, "=")
		c.Properties[name] = unescaped(value, true)
	}
	return c
}

func unescaped(s string, property bool) string {
	if property {
		s = strings.NewReplacer("%3A", ":", "%2C", ",").Replace(s)
	}
	return strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(s)
}

func TestGitHub_AnnotatesTheRegion(t *testing.T) {
	got := readCommand(t, strings.TrimSpace(string(render(t, "github", oneReport(), Options{}))))
	want := command{
		Name: "error", Data: `web: image "registry.example.com/shop/web:latest" has the tag "latest", which may be another image tomorrow` + "\nUse a release tag and pin it, e.g. app:1.4.2@sha256:<digest>.",
		Properties: map[string]string{"file": "k8s/web.yaml", "line": "14", "endLine": "14", "col": "18", "endColumn": "53", "title": "guard: image/tag-latest (high)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGitHub_PutsTheWorstFirstAndLeavesOutTheWaived(t *testing.T) {
	var got []string
	for line := range strings.Lines(string(render(t, "github", manyReport(), Options{}))) {
		c := readCommand(t, strings.TrimSuffix(line, "\n"))
		got = append(got, c.Name+" "+c.Properties["title"])
	}
	want := []string{
		"error guard: kubernetes/privileged (critical)", "error guard: pipeline/script-injection (high)", "error guard: image/tag-latest (high)", "error guard: image/tag-latest (high)",
		"warning guard: dockerfile/user-root (medium)", "warning guard: dockerfile/user-root (medium)", "notice guard: compose/healthcheck-missing (info)",
	}
	for range manyReport().Incomplete {
		want = append(want, "notice guard: not looked at")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGitHub_WritesNothingWhereThereIsNothingToSay(t *testing.T) {
	if out := render(t, "github", emptyReport(), Options{Group: true}); len(out) != 0 {
		t.Errorf("got %q", out)
	}
}

// Reliability 56
func TestGitHub_EscapesWhatEndsAPropertyOrACommand(t *testing.T) {
	got := annotation("error", finding.Location{File: "a:b,c%3A\r\n::x"}, "t:,%", "m%0A\r\n::x")
	want := "::error file=a%3Ab%2Cc%253A%0D%0A%3A%3Ax,title=t%3A%2C%25::m%250A%0D%0A::x"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Reliability 56
func FuzzGitHub(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		out := string(render(t, "github", poisoned(text), Options{}))
		checkInert(t, out)
		checkCommands(t, out, 3)
		first, _, _ := strings.Cut(out, "\n")
		got := readCommand(t, first)
		message := Announced(finding.Finding{Message: limit(Clean(text), longMessage), DeniedFrom: Clean(text)})
		want := command{
			Name: "error", Data: strings.TrimSuffix(message+"\n"+limit(flow(text), longMessage), "\n"),
			Properties: map[string]string{"file": Clean(text), "line": "1", "endLine": "1", "title": fmt.Sprintf("guard: %s (critical)", Clean(text))},
		}
		if Clean(text) == "" {
			delete(want.Properties, "file")
		}
		if flow(text) == "" {
			want.Data = message
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
