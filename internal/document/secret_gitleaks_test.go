package document

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zricethezav/gitleaks/v8/cmd/generate/secrets"
	gitleaks "github.com/zricethezav/gitleaks/v8/detect"
)

// sample is one text that gitleaks and guard must agree on.
type sample struct{ file, text string }

// TestScan_AgreesWithGitleaks runs both detectors over secrets made at random
// from every rule's expression, in several surroundings, and over every text
// that gitleaks' own sources test their rules with.
func TestScan_AgreesWithGitleaks(t *testing.T) {
	oracle, err := gitleaks.NewDetectorDefaultConfig()
	if err != nil {
		t.Fatal(err)
	}
	samples := append(madeUp(), quoted(t)...)
	found := 0
	for _, s := range samples {
		want := byGitleaks(oracle, s)
		found += len(want)
		if diff := cmp.Diff(want, byGuard(s)); diff != "" {
			t.Errorf("%s: %q (-gitleaks +guard):\n%s", s.file, clip(s.text, 600), diff)
		}
	}
	if len(samples) < 2000 || found < 1000 {
		t.Errorf("%d samples with %d secrets are too few to prove anything", len(samples), found)
	}
	t.Logf("%d samples, %d secrets", len(samples), found)
}

func byGitleaks(oracle *gitleaks.Detector, s sample) []string {
	var found []string
	//lint:ignore SA1019 the type that takes its place comes with gitleaks v9
	for _, f := range oracle.Detect(gitleaks.Fragment{Raw: s.text, FilePath: s.file}) {
		if leftOut[f.RuleID] == "" {
			found = append(found, f.RuleID+" "+f.Secret)
		}
	}
	slices.Sort(found)
	return found
}

func byGuard(s sample) []string {
	var found []string
	matches, _ := scan(s.file, s.text)
	for _, m := range matches {
		found = append(found, patterns[m.pattern].id+" "+m.secret())
	}
	slices.Sort(found)
	return found
}

// madeUp are texts made from the expressions themselves.
func madeUp() (samples []sample) {
	surroundings := []string{
		"%s", "%s\n", "key: %s\n", "export KEY=\"%s\"\nnext\n", "a b c %s d e f", "{\"token\":\"%s\",\"x\":1}",
		strings.Repeat("apiVersion: v1\nname: web\n", 50) + "token: '%s'\n" + strings.Repeat("kind: Service\n", 700), "x%sx", "%[1]s %[1]s\n%[1]s",
	}
	for _, p := range patterns {
		secret := strings.TrimSpace(secrets.NewSecret(p.expr))
		for _, around := range surroundings {
			text := fmt.Sprintf(around, secret)
			if len(p.keywords) > 0 {
				text += "\n# " + p.keywords[0]
			}
			samples = append(samples, sample{"config" + extension(p.path), text})
		}
	}
	return samples
}

func extension(path string) string {
	for _, known := range []string{".php", ".tf", ".yaml", "nuget.config"} {
		if strings.Contains(strings.ReplaceAll(path, `\`, ""), strings.TrimPrefix(known, ".")) {
			return known
		}
	}
	return ".txt"
}

// quoted are all longer strings in the sources of gitleaks' rules: what they
// must find, and what they must not.
func quoted(t *testing.T) (samples []sample) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/zricethezav/gitleaks/v8").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "cmd/generate/config/rules/*.go"))
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && len(text) > 12 {
					samples = append(samples, sample{"config.txt", text}, sample{"main.tf", "a\n" + text + "\nb\n"})
				}
			}
			return true
		})
	}
	return samples
}
