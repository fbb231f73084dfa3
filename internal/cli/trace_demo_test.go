package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// demoSteps are what the demo does to the chain of an image, one after the
// other, each to a repository of its own.
var demoSteps = []struct {
	title  string
	change func(*shop)
	whole  string // what the whole chain then is
}{
	{"the image as the workflow built it", func(*shop) {}, "proved"},
	{"its tag is moved to an image of another commit", func(s *shop) { s.revision, s.provenance = s.feature, s.feature }, "broken"},
	{"its label names another commit", func(s *shop) { s.revision = s.feature }, "broken"},
	{"its provenance is not signed by the workflow", func(s *shop) {
		h := s.workflow()
		h.URI = strings.Replace(h.URI, "acme", "mallory", 1)
		s.signer = s.authority.Issue(h)
	}, "broken"},
	{"there is no provenance", func(s *shop) { s.unsigned = true }, "claimed"},
	{"it was built from a branch that is not merged", func(s *shop) { s.tag, s.revision, s.provenance = "feature-x-"+s.feature[:7], s.feature, s.feature }, "broken"},
	{"its source label names another repository", func(s *shop) { s.source = "https://github.com/mallory/shop" }, "broken"},
	{"the clone is shallow", func(s *shop) { s.shallow() }, "claimed"},
}

// newDemoShop is a shop with the files of the demo.
func newDemoShop(t *testing.T) *shop {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/demo")); err != nil {
		t.Fatal(err)
	}
	return newShopOf(t, dir)
}

// demoTrace is what the demo prints of one step, with the words of a registry
// that is not on this machine.
func demoTrace(t *testing.T, change func(*shop), whole string) string {
	t.Helper()
	s := newDemoShop(t)
	change(s)
	s.push()
	code, out := s.guard("trace", s.registry.Name()+":"+s.tag)
	if !strings.Contains(out, "\n"+whole+": ") || (code == 0) != (whole == "proved") {
		t.Errorf("exit code %d, want the chain %s:\n%s", code, whole, out)
	}
	const shown = "registry.example.com/team/app"
	return fmt.Sprintf("$ guard trace %s:%s\n%s(exit code %d)\n", shown, s.tag, strings.ReplaceAll(out, s.registry.Name(), shown), code)
}

// shownTraces are the steps that the README shows.
var shownTraces = []int{0, 1, 3}

func traceBlock(t *testing.T, _ string) string {
	var parts []string
	for _, i := range shownTraces {
		step := demoSteps[i]
		parts = append(parts, "# "+step.title+"\n"+demoTrace(t, step.change, step.whole))
	}
	return fenced("console", strings.Join(parts, "\n"))
}

// TestDemo_Trace is make demo-trace: it builds, pushes and signs images, breaks
// every link of their chains in turn, and prints what guard trace says.
func TestDemo_Trace(t *testing.T) {
	var b strings.Builder
	for i, step := range demoSteps {
		fmt.Fprintf(&b, "# %d. %s\n%s\n", i+1, step.title, demoTrace(t, step.change, step.whole))
	}
	file := os.Getenv("GUARD_DEMO")
	if file == "" {
		return
	}
	if err := os.WriteFile(filepath.Clean(file), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
