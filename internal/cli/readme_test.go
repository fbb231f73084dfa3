package cli_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/cli"
	"guard/internal/config"
	"guard/internal/policy"
)

var update = flag.Bool("update", false, "write what is generated")

// generated is a block of the README between two marks.
var generated = regexp.MustCompile(`(?s)(<!-- generated:([a-z]+) -->\n).*?(<!-- /generated -->)`)

// TestGenerated_README wants every generated block of the README to be what
// guard says now.
func TestGenerated_README(t *testing.T) {
	root := filepath.Join("..", "..")
	file := filepath.Join(root, "README.md")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]func(*testing.T, string) string{
		"demo": demoBlock, "example": exampleBlock, "template": templateBlock, "rules": rulesBlock,
		"pipeline": pipelineBlock, "trace": traceBlock, "authoring": authoringBlock,
	}
	got := generated.ReplaceAllStringFunc(string(old), func(block string) string {
		m := generated.FindStringSubmatch(block)
		write, known := blocks[m[2]]
		if !known {
			t.Fatalf("README has a block %q that nobody writes", m[2])
		}
		delete(blocks, m[2])
		return m[1] + write(t, root) + m[3]
	})
	if len(blocks) > 0 {
		t.Errorf("README lacks generated blocks: %v", blocks)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(old), got); diff != "" {
		t.Errorf("README.md is not what guard says now; run make docs (-have +want):\n%s", diff)
	}
}

// run is what guard prints in a directory that is no terminal's.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	_, out := execute(t, dir, args...)
	return out
}

// check runs guard check, and returns its exit code and what it prints.
func check(t *testing.T, dir string, args ...string) (code int, out string) {
	t.Helper()
	return execute(t, dir, append([]string{"check"}, args...)...)
}

func execute(t *testing.T, dir string, args ...string) (code int, printed string) {
	t.Helper()
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	code = cli.Main(context.Background(), args, worldOf(abs, &out))
	return code, out.String()
}

// worldOf is the world of a command in a directory, which writes all it says
// to one place.
func worldOf(dir string, out io.Writer) cli.World {
	return cli.World{
		In: strings.NewReader(""), Out: out, Err: out, Dir: dir,
		Getenv:   func(string) (string, bool) { return "", false },
		Now:      func() time.Time { return today },
		Terminal: func(io.Writer) (int, bool) { return 0, false },
	}
}

// shownFindings is how many findings of the demo the README shows.
const shownFindings = 3

func demoBlock(t *testing.T, root string) string {
	report := run(t, root, "check", "testdata/demo")
	parts := strings.Split(strings.TrimSpace(report), "\n\n")
	if len(parts) < shownFindings+2 {
		t.Fatalf("the demo has too few findings:\n%s", report)
	}
	shown := append(parts[:shownFindings:shownFindings], "…", parts[len(parts)-1])
	return fenced("text", strings.Join(shown, "\n\n"))
}

const exampleInput = `apiVersion: batch/v1
kind: CronJob
metadata: {name: invoices, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: invoices
              image: registry.example.com:5000/shop/invoices
              env:
                - {name: DB_PASSWORD, value: "correct-horse-7"}
              securityContext: {runAsUser: 0}
`

func exampleBlock(t *testing.T, _ string) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "invoices.yaml"), []byte(exampleInput), 0o644); err != nil {
		t.Fatal(err)
	}
	return "`invoices.yaml`:\n\n" + fenced("yaml", exampleInput) + "\n" + fenced("console", "$ guard check invoices.yaml\n"+run(t, dir, "check", "invoices.yaml"))
}

// pipelineBlock shows a pipeline with most of what can go wrong, as it stands
// in a repository of its own.
func pipelineBlock(t *testing.T, root string) string {
	const name = ".github/workflows/delivery.yml"
	text, err := os.ReadFile(filepath.Join(root, "testdata/pipelines/delivery/bad", name))
	if err != nil {
		t.Fatal(err)
	}
	return fenced("console", "$ guard pipeline\n"+run(t, tree(t, map[string]string{name: string(text)}), "pipeline"))
}

// authoringBlock writes a rule, tests it, makes a mistake and asks why the rule
// fires.
func authoringBlock(t *testing.T, _ string) string {
	dir := tree(t, map[string]string{"Dockerfile": "FROM shop:edge\n", ".guard.yaml": "version: 1\npolicies: [policy]\n"})
	var b strings.Builder
	shown := func(args ...string) {
		fmt.Fprintf(&b, "$ guard %s\n%s", strings.Join(args, " "), run(t, dir, args...))
	}
	shown("policy", "new", "image/my-rule")
	b.WriteString("\n")
	shown("policy", "test", "policy", "--coverage", "--mutate")
	b.WriteString("\n")
	shown("eval", "Dockerfile", "--rule", "image/my-rule", "--trace")
	rule := filepath.Join(dir, "policy", "image", "my_rule.rego")
	text, err := os.ReadFile(rule)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(rule, bytes.Replace(text, []byte("image.tag =="), []byte("image.tagg =="), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\n$ sed -i 's/image.tag ==/image.tagg ==/' policy/image/my_rule.rego\n")
	shown("policy", "check", "policy")
	return fenced("console", b.String())
}

func templateBlock(*testing.T, string) string { return fenced("yaml", config.Template) }

func rulesBlock(t *testing.T, _ string) string {
	rules, err := policy.Catalogue([]policy.Source{policy.Builtin()})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| rule | severity | what it reports | profiles |\n|---|---|---|---|\n")
	for _, r := range rules {
		profiles := strings.Join(r.Profiles, ", ")
		if profiles == "" {
			profiles = "opt-in"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.ID, r.Severity, r.Title, profiles)
	}
	return b.String()
}

func fenced(language, text string) string {
	return "```" + language + "\n" + strings.TrimRight(text, "\n") + "\n```\n"
}
