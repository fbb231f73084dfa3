package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guard/internal/cli"
	"guard/internal/registry/signature/verify"
)

// handsOver is a program that verifies something and cannot.
func handsOver() {
	os.Exit(cli.UntilSignal(func(ctx context.Context) int { return cli.HandOver(ctx, cli.System(), os.Args[1:]) }))
}

// beside installs the program that hands over, and a script in the place of
// its sibling where there is text for one.
func beside(t *testing.T, script string) (program string) {
	t.Helper()
	from, err := exec.LookPath("hands-over")
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(t.TempDir(), "hands-over")
	if err := os.Link(from, program); err != nil {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if script != "" {
		if err := os.WriteFile(filepath.Join(filepath.Dir(program), "guard-sigstore"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return program
}

func TestHandOver_HandsEverythingOn(t *testing.T) {
	program := beside(t, `printf '%s|' "$@"; cat; echo to stderr >&2; exit 7`)
	link := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(program, link); err != nil {
		t.Fatal(err)
	}
	// Neither the working directory nor PATH is looked at.
	other := filepath.Dir(beside(t, "exit 9"))
	var out, errs bytes.Buffer
	cmd := exec.Command(link, "trace", "a b", "--x=*")
	cmd.Args[0] = "hands-over"
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = other, strings.NewReader("from stdin"), &out, &errs
	cmd.Env = append(cleanEnv(), "PATH="+other+":"+os.Getenv("PATH"))
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 7 || out.String() != "trace|a b|--x=*|from stdin" || errs.String() != "to stderr\n" {
		t.Errorf("exit code %d, output %q, errors %q", code, &out, &errs)
	}
}

func TestHandOver_NeverSucceedsByAccident(t *testing.T) {
	tests := map[string]struct {
		script, env string
		code        int
		want        string
	}{
		"the sibling is content":      {"exit 0", "", 0, ""},
		"it denies":                   {"exit 1", "", 1, ""},
		"it is not there":             {"", "", 3, "install it there: go build"},
		"it is killed":                {"kill -9 $$", "", 3, "has not ended well"},
		"it cannot verify either":     {"exit 0", "GUARD_SIGSTORE_FOR=x", 3, "cannot verify signatures"},
		"it is no program of any use": {"exec /nowhere/at/all", "", 127, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			cmd := exec.Command(beside(t, tt.script))
			cmd.Env, cmd.Stderr = append(cleanEnv(), tt.env), &errs
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(errs.String(), tt.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tt.code, tt.want, &errs)
			}
		})
	}
}

func TestHandOver_ForwardsSignals(t *testing.T) {
	program := beside(t, `trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.05; done`)
	var out bytes.Buffer
	cmd := exec.Command(program)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = cleanEnv()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_, _ = out.ReadFrom(stdout)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 5 || out.String() != "told\n" {
		t.Errorf("exit code %d, output %q", code, &out)
	}
}

func TestHandOver_RefusesAnotherBuild(t *testing.T) {
	var errs bytes.Buffer
	world := worldOf(t.TempDir(), &errs)
	world.Verify = verify.Verify
	if code := cli.HandOver(t.Context(), world, nil); code != 0 {
		t.Fatalf("run by itself: exit code %d: %s", code, &errs)
	}
	world.Getenv = func(string) (string, bool) { return "v9.9.9", true }
	if code := cli.HandOver(t.Context(), world, nil); code != 3 || !strings.Contains(errs.String(), "of another build") {
		t.Errorf("exit code %d: %s", code, &errs)
	}
}
