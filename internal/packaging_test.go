package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"guard/internal/report"
)

// action is what the tests read of action.yml.
type action struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			ID, Uses, Run string
			Env           map[string]string
		}
	}
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func readAction(t *testing.T) (a action) {
	t.Helper()
	readYAML(t, "action.yml", &a)
	return a
}

func TestAction_ScriptsHoldNoExpressionAndActionsArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^[\w.-]+/[\w.-]+@[0-9a-f]{40}$`)
	for _, step := range readAction(t).Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("an expression in a script:\n%s", step.Run)
		}
		if step.Uses != "" && !pinned.MatchString(step.Uses) {
			t.Errorf("uses %s, which is no commit", step.Uses)
		}
	}
}

func TestAction_ReadsEveryInput(t *testing.T) {
	a := readAction(t)
	text, err := os.ReadFile("../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name := range a.Inputs {
		if !strings.Contains(string(text), "${{ inputs."+name+" }}") {
			t.Errorf("the input %s is not read", name)
		}
	}
}

// checkScript is the script of the action's step "check", and the variables it
// reads its inputs from.
func checkScript(t *testing.T) (script string, variables map[string]string) {
	t.Helper()
	for _, step := range readAction(t).Runs.Steps {
		if step.ID == "check" {
			return step.Run, step.Env
		}
	}
	t.Fatal("no step check")
	return "", nil
}

// standIn takes guard's place below the action: it notes its arguments, writes
// the reports it is asked for and denies.
const standIn = `#!/bin/bash
printf '%s\n' "$@" > "$RUNNER_TEMP/arguments"
for a in "$@"; do
  case "$a" in
    json=*) printf '{\n  "summary": {\n    "files": 3,\n    "denied": 2,\n    "warned": 1,\n    "waived": 0,\n    "incomplete": 4\n  }\n}\n' > "${a#json=}" ;;
    github=*) echo '::error title=x::y' > "${a#github=}" ;;
  esac
done
exit 1
`

// runAction runs the step "check" as the runner does, with inputs by name.
func runAction(t *testing.T, inputs map[string]string) (arguments, outputs, log string) {
	t.Helper()
	script, variables := checkScript(t)
	temp := t.TempDir()
	write(t, filepath.Join(temp, "guard/bin/guard"), standIn, 0o755)
	write(t, filepath.Join(temp, "step.sh"), script, 0o644)
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", filepath.Join(temp, "step.sh"))
	cmd.Dir = temp
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+filepath.Join(temp, "outputs"))
	for variable, expression := range variables {
		name := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ inputs."), " }}")
		cmd.Env = append(cmd.Env, variable+"="+inputs[name])
	}
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
		t.Fatalf("the step ended with %v, want the exit code of guard:\n%s", err, out)
	}
	clean := strings.NewReplacer(temp, "$TEMP")
	return clean.Replace(read(t, filepath.Join(temp, "arguments"))), clean.Replace(read(t, filepath.Join(temp, "outputs"))), string(out)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAction_HandsItsInputsToGuard(t *testing.T) {
	arguments, outputs, log := runAction(t, map[string]string{
		"paths": "k8s\ndocs and more\n", "config": "ci/guard.yaml", "profile": "strict", "fail-on": "high", "strict": "true", "diff-base": "origin/main", "trust": "abc", "organisation": "/etc/guard/organisation.yaml",
		"sarif-file": "out/guard.sarif", "outputs": "html=a.html\njunit=b.xml", "args": "--verbose\n--skip=image/tag-latest",
	})
	want := `check
-o
text
-o
json=$TEMP/guard/report.json
-o
github=$TEMP/guard/annotations.txt
--config=ci/guard.yaml
--profile=strict
--fail-on=high
--strict=true
--diff=origin/main
--trust=abc
--organisation=/etc/guard/organisation.yaml
--output=sarif=out/guard.sarif
--output=html=a.html
--output=junit=b.xml
--verbose
--skip=image/tag-latest
--
k8s
docs and more
`
	if diff := cmp.Diff(want, arguments); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	wantOutputs := "exit-code=1\nreport=$TEMP/guard/report.json\ndenied=2\nwarned=1\nwaived=0\nincomplete=4\n"
	if diff := cmp.Diff(wantOutputs, outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if want := "::group::Annotations of guard\n::error title=x::y\n::endgroup::\n"; log != want {
		t.Errorf("log %q, want %q", log, want)
	}
}

func TestAction_LeavesOutWhatIsNotGiven(t *testing.T) {
	arguments, _, _ := runAction(t, map[string]string{"paths": ".", "strict": "false"})
	want := "check\n-o\ntext\n-o\njson=$TEMP/guard/report.json\n-o\ngithub=$TEMP/guard/annotations.txt\n--strict=false\n--\n.\n"
	if diff := cmp.Diff(want, arguments); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

func TestAction_RunsNothingOfWhatItsInputsHold(t *testing.T) {
	for _, hostile := range []string{`$(touch pwned)`, "`touch pwned`", `"; touch pwned; "`, `'; touch pwned; '`, `a b * ~ $HOME`, `--x=$(touch pwned)`} {
		inputs := map[string]string{}
		for name := range readAction(t).Inputs {
			inputs[name] = hostile
		}
		arguments, outputs, _ := runAction(t, inputs)
		if !strings.HasSuffix(arguments, "\n--\n"+hostile+"\n") || strings.Contains(outputs, hostile) {
			t.Errorf("%s became\n%s\noutputs\n%s", hostile, arguments, outputs)
		}
	}
}

func TestPackaging_WritesFormatsThatThereAre(t *testing.T) {
	asked := regexp.MustCompile(`-o "?([a-z]+=?)`)
	for _, path := range []string{"../action.yml", "../docs/ci/guard.gitlab-ci.yml"} {
		found := asked.FindAllStringSubmatch(read(t, path), -1)
		if len(found) < 3 {
			t.Errorf("%s: %d reports", path, len(found))
		}
		for _, m := range found {
			if _, err := report.Lookup(strings.TrimSuffix(m[1], "=")); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

func TestGitLabTemplate_CollectsTheReportsItWrites(t *testing.T) {
	var file struct {
		Guard struct {
			Script    []string
			Artifacts struct {
				Paths   []string
				Reports map[string]string
			}
		}
	}
	readYAML(t, "docs/ci/guard.gitlab-ci.yml", &file)
	script := strings.Join(file.Guard.Script, "\n")
	for _, want := range []string{"gitlab=" + file.Guard.Artifacts.Reports["codequality"], "junit=" + file.Guard.Artifacts.Reports["junit"], "html=" + file.Guard.Artifacts.Paths[0]} {
		if !strings.Contains(script, "-o "+want+" ") {
			t.Errorf("the script does not write %s:\n%s", want, script)
		}
	}
}

func TestPackaging_BaseImagesArePinnedAndTheContainerIsNotRoot(t *testing.T) {
	pinned := regexp.MustCompile(`(?m)(?:^FROM (?:--platform=\S+ )?|^  image: )(\S+)`)
	for _, path := range []string{"../Dockerfile", "../docs/ci/guard.gitlab-ci.yml"} {
		for _, m := range pinned.FindAllStringSubmatch(read(t, path), -1) {
			if m[1] != "scratch" && !regexp.MustCompile(`:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$`).MatchString(m[1]) {
				t.Errorf("%s: %s has no release tag with a digest", path, m[1])
			}
		}
	}
	if !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(read(t, "../Dockerfile")) {
		t.Error("the Dockerfile names no numeric user")
	}
}

func TestPackaging_BuildsWithTheGoOfTheModule(t *testing.T) {
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(read(t, "../go.mod"))[1]
	for _, path := range []string{"../Dockerfile", "../docs/ci/guard.gitlab-ci.yml"} {
		if !strings.Contains(read(t, path), "golang:"+version+"@sha256:") {
			t.Errorf("%s does not build with Go %s", path, version)
		}
	}
}

// guard finds what verifies signatures beside itself.
func TestPackaging_ShipsBothPrograms(t *testing.T) {
	for _, path := range []string{"../Dockerfile", "../action.yml", "../docs/ci/guard.gitlab-ci.yml"} {
		if built := regexp.MustCompile(`go build .*`).FindString(read(t, path)); !strings.HasSuffix(built, " ./cmd/...") {
			t.Errorf("%s builds not every command: %s", path, built)
		}
	}
	if !strings.Contains(read(t, "../Dockerfile"), "COPY --from=build /out/guard /out/guard-sigstore /out/guard-webhook /usr/bin/\n") {
		t.Error("the Dockerfile does not install both programs in one directory")
	}
}
