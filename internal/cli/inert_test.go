package cli_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"guard/internal/report"
)

// hostileNames are names of files that act where they are shown with no care.
var hostileNames = []string{
	"red\x1b[31m.yaml", "link\x1b]8;;http:evil\x07.yaml", "clip\x1b]52;c;ZXZpbA==\x07.yaml", "return\r.yaml", "bidi\u202e\u2066.yaml", "line\n::error::pwn.yaml",
	"percent%0A::add-mask::x.yaml", "::stop-commands::x.yaml", "##[add-mask]x.yaml", "<script>alert(1)<!--.yaml", "\"><img src=x onerror=alert(1)>.yaml", "a|b`c.yaml", "latin\xff.yaml", "]]>.yaml",
}

// hostileManifest carries such text in every place that a message repeats.
const hostileManifest = `apiVersion: v1
kind: Pod
metadata: {name: "pod\e[31m\n::error::pwn", namespace: "x\u202e"}
spec:
  containers:
    - {name: "c\e]8;;http:evil\a", image: "ng\e[31minx:latest"}
    - {name: "c\n::error::pwn", image: "a\n::add-mask::x:latest"}
    - {name: "<script>alert(1)</script>", image: "nginx:latest", imagePullPolicy: "%0A::error::pwn"}
    - {name: "\u202e##[group]x", image: "a:<img src=x onerror=alert(1)>"}
# ::error::pwn of a comment ` + "\u202e\x1b[31m" + `
    - {name: next, image: "nginx:latest"} # ##vso[task.setvariable variable=x]y
`

// hostileOutputs checks hostile files in every format, with colours.
func hostileOutputs(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range hostileNames {
		writeFile(t, filepath.Join(dir, strings.ReplaceAll(name, "/", "_")), strings.ReplaceAll(hostileManifest, "\x1b", ""))
	}
	writeFile(t, filepath.Join(dir, "raw\x1b[31m\n::error::pwn.yaml"), hostileManifest)
	writeFile(t, filepath.Join(dir, "Dockerfile"), "FROM nginx:latest\nUSER \"ro\x1b[31mot\"\nENV A=\x1b]8;;x\x07\nRUN echo \"\u202e\" ::error::pwn\n")
	args := []string{"check", "--profile", "strict", "--verbose", "--color", "always", "-o", "text"}
	for _, f := range report.Formats() {
		args = append(args, "-o", f.Name+"=../"+filepath.Base(dir)+".out."+f.Name)
	}
	outputs := map[string]string{}
	code, out := execute(t, dir, args...)
	if code != 1 || !strings.Contains(out, "image/tag-latest") {
		t.Fatalf("exit code %d, want 1:\n%s", code, out)
	}
	outputs["the terminal"] = out
	for _, f := range report.Formats() {
		name := dir + ".out." + f.Name
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(name)
		outputs[f.Name] = string(text)
	}
	return outputs
}

var (
	colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	// runnerCommand is what build systems take for a command.
	runnerCommand = regexp.MustCompile(`(?m)^\s*::\S|##[A-Za-z]*\[`)
)

// Reliability 55, 56, 57: real files with hostile names and texts, in every
// format.
func TestCheck_LeavesNothingActiveOfHostileFiles(t *testing.T) {
	for format, text := range hostileOutputs(t) {
		t.Run(format, func(t *testing.T) {
			wantInert(t, text)
			switch format {
			case "github":
				wantOnlyAnnotations(t, text)
			case "html":
				wantPlainPage(t, text)
			case "sarif":
				wantLocalURIs(t, text)
			case "junit":
				wantXML(t, text)
			case "json", "gitlab":
				if !json.Valid([]byte(text)) {
					t.Errorf("not JSON:\n%s", text)
				}
			}
			if found := runnerCommand.FindString(colour.ReplaceAllString(text, "")); found != "" && format != "github" {
				t.Errorf("a build log runs %q", found)
			}
		})
	}
}

// wantInert fails for every byte and character that acts where it is shown.
func wantInert(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("not valid UTF-8")
	}
	for i, r := range colour.ReplaceAllString(text, "") {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			t.Fatalf("%U at byte %d: %q", r, i, text[max(0, i-60):min(len(text), i+60)])
		}
	}
}

// wantOnlyAnnotations: every line is a command that guard means.
func wantOnlyAnnotations(t *testing.T, text string) {
	t.Helper()
	meant := regexp.MustCompile(`^::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?[^:]*title=guard%3A [^:]*::`)
	for line := range strings.Lines(text) {
		if !meant.MatchString(line) {
			t.Errorf("not a command that guard means: %q", line)
		}
	}
}

func wantPlainPage(t *testing.T, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	scripts := 0
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if node.Data == "script" {
			scripts++
		}
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") || node.Data == "img" || a.Key == "href" && !strings.HasPrefix(a.Val, "https://") {
				t.Errorf("<%s %s=%q>", node.Data, a.Key, a.Val)
			}
		}
	}
	if scripts != 1 {
		t.Errorf("%d scripts, want the page's own alone", scripts)
	}
}

func wantLocalURIs(t *testing.T, text string) {
	t.Helper()
	var log any
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	uris := 0
	eachMember(log, func(key string, value any) {
		uri, isText := value.(string)
		if key != "uri" || !isText {
			return
		}
		uris++
		if !regexp.MustCompile(`^[A-Za-z0-9._~%!$&'()*+,;=@/-]+$`).MatchString(uri) || strings.HasPrefix(uri, "/") || strings.Contains(uri, "..") {
			t.Errorf("URI %q", uri)
		}
	})
	if uris == 0 {
		t.Error("no URI")
	}
}

func eachMember(value any, visit func(key string, value any)) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			visit(key, member)
			eachMember(member, visit)
		}
	case []any:
		for _, item := range value {
			eachMember(item, visit)
		}
	}
}

func wantXML(t *testing.T, text string) {
	t.Helper()
	in := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := in.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Reliability 55, 56: what goes wrong is told without acting either.
func TestMain_LeavesNothingActiveInErrors(t *testing.T) {
	const hostile = "x\x1b[31m\n::error::pwn\u202e"
	rule := "package guard.rules.image.x\n\n\x1b[31m\n::error::pwn\n"
	dir := tree(t, map[string]string{
		"key.yaml":    "version: 1\n\"a\\e[31m\\n::error::pwn\": 1\n",
		"rule.yaml":   "version: 1\npolicies: [policy]\n",
		"waiver.yaml": "version: 1\nwaivers: [{rule: \"x\\n::error::pwn\", files: [a], reason: r, owner: o, expires: 2027-01-01}]\n",
		"a.yaml":      latestPod, "policy/image/x.rego": rule, "policy/image/y\n::error::pwn.rego": rule,
	})
	for _, args := range [][]string{
		{hostile}, {"--config", hostile}, {"--baseline", hostile}, {"--only", hostile}, {"--profile", hostile}, {"-o", hostile}, {"-o", "json=" + hostile + "/x"}, {"--trust", hostile}, {"--" + hostile},
		{"-c", "key.yaml"}, {"-c", "rule.yaml"}, {"-c", "waiver.yaml"},
	} {
		code, out := check(t, dir, args...)
		if code != 2 && code != 3 {
			t.Errorf("%q: exit code %d:\n%s", args, code, out)
		}
		t.Run(fmt.Sprintf("%q", args), func(t *testing.T) {
			wantInert(t, out)
			if found := runnerCommand.FindString(out); found != "" {
				t.Errorf("a build log runs %q:\n%s", found, out)
			}
		})
	}
}

// hostilePipelines carry such text in every name of theirs.
var hostilePipelines = map[string]string{
	".github/workflows/a.yml": `name: "a\e[31m\n::error::pwn</script>"
on: {push: {branches: [main, "x\u202e\n::error::pwn"]}}
jobs:
  "j\e]8;;http:evil\a</svg><script>alert(1)</script>":
    runs-on: ubuntu-24.04
    if: "github.ref == '\n::add-mask::x\u202e<img src=x onerror=alert(1)>'"
    environment: "prod\n` + "```" + `\n# x"
    steps: [{run: "kubectl set image deployment/web web=app:1"}]
  "x\"]] --> y":
    needs: "j\e]8;;http:evil\a</svg><script>alert(1)</script>"
    runs-on: ubuntu-24.04
    environment: "\u202e##[group]x | y"
    steps: [{run: "kubectl set image deployment/web web='<script>alert(1)</script>' -n production"}]
`,
	".github/workflows/\x1b[31m\n::error::pwn\u202e.yml": "on: push\njobs: {a: {runs-on: ubuntu-24.04, environment: production, steps: [{run: kubectl apply -f x}]}}\n",
}

// Reliability 55, 56, 57: pipelines with hostile names, in every format.
func TestPipeline_LeavesNothingActiveOfHostileFiles(t *testing.T) {
	dir := tree(t, hostilePipelines)
	outputs := map[string]string{}
	for _, f := range report.PipelineFormats() {
		code, out := execute(t, dir, "pipeline", "--color", "always", "-o", f.Name)
		if code != 0 || !strings.Contains(out, "script") {
			t.Fatalf("%s: exit code %d, want 0 and the names:\n%s", f.Name, code, out)
		}
		outputs[f.Name] = out
	}
	_, outputs["html"] = execute(t, dir, "check", "-o", "html")
	if !strings.Contains(outputs["html"], "<svg class=\"graph") {
		t.Error("the page has no drawing")
	}
	for format, text := range outputs {
		t.Run(format, func(t *testing.T) {
			wantInert(t, text)
			if found := runnerCommand.FindString(colour.ReplaceAllString(text, "")); found != "" {
				t.Errorf("a build log runs %q", found)
			}
			switch format {
			case "html":
				wantPlainPage(t, text)
			case "json":
				if !json.Valid([]byte(text)) {
					t.Errorf("not JSON:\n%s", text)
				}
			case "markdown":
				if n := strings.Count(text, "```"); n != 4 {
					t.Errorf("%d fences, want those of two graphs:\n%s", n, text)
				}
			}
		})
	}
}
