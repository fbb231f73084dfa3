package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is what one run of guard as a process of its own left behind.
type process struct {
	code     int // -1: killed by a signal
	out, err string
	peak     int64 // largest resident set, in bytes
}

// runProcess runs guard in a directory.
func runProcess(t *testing.T, dir string, args ...string) process {
	t.Helper()
	return runProgram(t, "guard", dir, args...)
}

// buildProgram builds guard as it is shipped. Its memory says something; that
// of a test's own binary does not, under the race detector least of all.
func buildProgram(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "guard")
	cmd := exec.Command("go", "build", "-trimpath", "-o", program, "guard/cmd/guard")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build guard: %v\n%s", err, out)
	}
	return program
}

func runProgram(t *testing.T, program, dir string, args ...string) process {
	t.Helper()
	peakFile := filepath.Join(t.TempDir(), "peak")
	var out, errs bytes.Buffer
	cmd := exec.Command("peak", append([]string{peakFile, program}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = dir, &out, &errs, cleanEnv()
	err := cmd.Run()
	if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	text, err := os.ReadFile(peakFile)
	if err != nil {
		t.Fatal(err, errs.String())
	}
	kib, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return process{cmd.ProcessState.ExitCode(), out.String(), errs.String(), kib << 10}
}

// peakOf runs a command and writes the peak of its memory in KiB to a file. It
// is a process of its own, since a child's peak is never less than what its
// parent held when it was born.
func peakOf() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(99)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if err := os.WriteFile(os.Args[1], []byte(strconv.FormatInt(usage.Maxrss, 10)), 0o644); err != nil {
		os.Exit(99)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// startProcess starts guard and hands it over while it runs; it is ended with
// the test.
func startProcess(t *testing.T, dir string, change func(*exec.Cmd), args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("guard", args...)
	cmd.Dir, cmd.Env = dir, cleanEnv()
	if change != nil {
		change(cmd)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

// codeOf waits for a process, at most a minute.
func codeOf(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode()
}

// cleanEnv is the environment without what changes a run of guard.
func cleanEnv() []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if name != "CI" && name != "GITHUB_ACTIONS" && name != "GITLAB_CI" && name != "GITHUB_STEP_SUMMARY" && name != "SIGSTORE_ID_TOKEN" && name != "XDG_CACHE_HOME" && !strings.HasPrefix(name, "ACTIONS_ID_TOKEN_") && !strings.HasPrefix(name, "GUARD_") {
			env = append(env, entry)
		}
	}
	return env
}

// tree writes files below a new directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		writeFile(t, filepath.Join(dir, name), text)
	}
	return dir
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
