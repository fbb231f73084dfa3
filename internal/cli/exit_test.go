package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guard/internal/cli"
	"guard/internal/report"
)

// toTell is a file of which every format has something to tell, and which is
// no failure.
var toTell = map[string]string{"chart/templates/web.yaml": "{{- if .Values.web }}\napiVersion: v1\nkind: Pod\nspec: {{ .Values.spec }}\n{{- end }}\n"}

// Reliability 58: a report that cannot be written is no success, in any
// format, on standard output and in a file.
func TestCheck_FailsWhereTheDiskIsFull(t *testing.T) {
	dir := tree(t, toTell)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, f := range report.Formats() {
		if p := runProcess(t, dir, "check", "-o", f.Name, "."); p.code != 0 || p.out == "" {
			t.Fatalf("%s: exit code %d, want 0, and something told:\n%s", f.Name, p.code, p.out+p.err)
		}
		if p := runProcess(t, dir, "check", "-o", f.Name+"=/dev/full", "."); p.code != 3 || !strings.Contains(p.err, "no space left") {
			t.Errorf("%s into a file: exit code %d, want 3: %s", f.Name, p.code, p.err)
		}
		toStdout := startProcess(t, dir, func(c *exec.Cmd) { c.Stdout = full }, "check", "-o", f.Name, ".")
		if code := codeOf(t, toStdout); code != 3 {
			t.Errorf("%s on standard output: exit code %d, want 3", f.Name, code)
		}
	}
	summary := startProcess(t, dir, func(c *exec.Cmd) { c.Env = append(c.Env, "GITHUB_STEP_SUMMARY=/dev/full") }, "check", "-o", "json=out.json", ".")
	if code := codeOf(t, summary); code != 3 {
		t.Errorf("the step summary: exit code %d, want 3", code)
	}
}

// Reliability 58: no command that writes something succeeds where it cannot.
func TestMain_FailsWhereItsOutputCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, command := range []string{
		"rules", "rules -o json", "explain image/tag-latest", "explain image/tag-latest -o json", "version", "version -o json", "baseline write", "init",
		"", "--help", "-h", "help", "help check", "check --help", "rules --help", "explain --help", "version --help", "baseline", "baseline --help", "baseline write --help", "init --help",
		"policy", "policy --help", "policy new image/x", "policy schema input", "policy schema input -o rego", "policy check --help", "policy test --help", "eval --help", "eval chart/templates/web.yaml --rule analysis/incomplete",
		"pin -o json", "pin --help", "lock --help", "--version", "completion", "completion bash", "completion zsh", "completion fish", "completion powershell", "__complete check --o", "__complete explain image/",
	} {
		var errs bytes.Buffer
		cmd := startProcess(t, tree(t, toTell), func(c *exec.Cmd) { c.Stdout, c.Stderr = full, &errs }, strings.Fields(command)...)
		if code := codeOf(t, cmd); code != 3 || !strings.Contains(errs.String(), "no space left on device") {
			t.Errorf("guard %s: exit code %d, want 3 and a message:\n%s", command, code, errs.String())
		}
	}
	if p := runProcess(t, tree(t, toTell), "baseline", "write", "-o", "/dev/full"); p.code != 3 {
		t.Errorf("a baseline: exit code %d, want 3", p.code)
	}
}

// Reliability 58: half a configuration is none, and would be in the way of the
// next one.
func TestInit_FailsWhereTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("/dev/full", filepath.Join(dir, ".guard.yaml")); err != nil {
		t.Fatal(err)
	}
	if p := runProcess(t, dir, "init", "--force"); p.code != 3 || !strings.Contains(p.err, "write the configuration") || !strings.Contains(p.err, "no space left on device") {
		t.Errorf("exit code %d, want 3 and a message: %s", p.code, p.err)
	}
	limited := t.TempDir()
	cmd := exec.Command("sh", "-c", "ulimit -f 0; exec guard init")
	cmd.Dir, cmd.Env = limited, cleanEnv()
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("where files may have no bytes guard succeeds:\n%s", out)
	}
	if _, err := os.Lstat(filepath.Join(limited, ".guard.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something of a configuration is left: %v\n%s", err, out)
	}
}

// Reliability 58: nobody reads what guard writes.
func TestCheck_FailsWhereThePipeIsClosed(t *testing.T) {
	dir := tree(t, toTell)
	for _, f := range report.Formats() {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		reader.Close()
		cmd := startProcess(t, dir, func(c *exec.Cmd) { c.Stdout = writer }, "check", "-o", f.Name, ".")
		writer.Close()
		if code := codeOf(t, cmd); code == 0 {
			t.Errorf("%s: exit code 0", f.Name)
		}
	}
}

// Reliability 58: a run that is ended did not look at everything, even where it
// hangs in a read that nobody answers.
func TestCheck_FailsWhereASignalEndsIt(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			var stdin io.WriteCloser
			cmd := startProcess(t, t.TempDir(), func(c *exec.Cmd) { stdin, _ = c.StdinPipe() }, "check", "-", "--stdin-filename", "a.yaml")
			if _, err := stdin.Write(bytes.Repeat([]byte("a: b\n"), 100_000)); err != nil { // more than a pipe holds: it is being read
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := codeOf(t, cmd); code != 3 {
				t.Errorf("exit code %d, want 3", code)
			}
		})
	}
}

func TestMain_FailsWhereItsContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	code := cli.Main(ctx, []string{"check", "."}, worldOf(tree(t, toTell), &out))
	if code != 3 {
		t.Errorf("exit code %d, want 3:\n%s", code, out.String())
	}
}

// Reliability 11, 54, 55, 58: of a panic the place is told, and nothing of its
// value, which may hold anything.
func TestMain_FailsWhereSomethingPanics(t *testing.T) {
	const canary = "Correct-" + "Horse-77x"
	for name, value := range map[string]any{"string": "a clock\n::error::pwn " + canary, "*errors.errorString": errors.New(canary), "[]string": []string{canary}} {
		var out bytes.Buffer
		world := worldOf(tree(t, toTell), &out)
		world.Now = func() time.Time { panic(value) }
		code := cli.Main(t.Context(), []string{"check", "."}, world)
		if code != 3 || !strings.Contains(out.String(), "guard: internal error: a panic with a value of type "+name+" in guard/internal/cli") || !strings.Contains(out.String(), "exit_test.go:") {
			t.Errorf("exit code %d, want 3:\n%s", code, out.String())
		}
		if strings.Contains(out.String(), canary) || strings.Contains(out.String(), "clock") {
			t.Errorf("the panic's value is told:\n%s", out.String())
		}
	}
}

// Reliability 41, 58: permission bits, for somebody who is not root.
func TestCheck_FailsWhereAFileMayNotBeRead(t *testing.T) {
	dir := tree(t, map[string]string{"secret.yaml": latestPod, "closed/pod.yaml": latestPod, "open.yaml": strings.Replace(latestPod, "latest", "1.27.3", 1)})
	for name, mode := range map[string]os.FileMode{"secret.yaml": 0, "closed": 0, ".": 0o755, "..": 0o755} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "closed"), 0o755) })
	var out bytes.Buffer
	cmd := startProcess(t, dir, func(c *exec.Cmd) { c.Stdout = &out; asNobody(t, c) }, "check", "--only", "image/tag-latest", "--verbose", ".")
	if code := codeOf(t, cmd); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	for _, name := range []string{"secret.yaml", "closed"} {
		if want := name + ": cannot be read: permission denied"; !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out.String())
		}
	}
}

// asNobody lets a command run without root's rights to read everything.
func asNobody(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(cmd.Path)), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}
