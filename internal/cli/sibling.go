package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// sibling is the program that is guard with what verifies signatures. It lies
// beside this one, and is looked for nowhere else.
const sibling = "guard-sigstore"

// handedOver is set for the sibling, to the build that runs it. A program that
// finds it set and cannot verify is no sibling, and must not run itself again.
const handedOver = "GUARD_SIGSTORE_FOR"

// verifies makes sure that this program can verify signatures. Where it cannot,
// the sibling has run in its place, and the error is its exit code: a command
// calls this before it does anything else, and returns the error.
func (w *World) verifies(ctx context.Context) error {
	by := w.env(handedOver)
	switch {
	case w.Verify == nil && by != "":
		return fmt.Errorf("%s beside guard cannot verify signatures; build it from ./cmd/%s", sibling, sibling)
	case w.Verify == nil:
		return w.handOver(ctx)
	case by != "" && by != buildID():
		return fmt.Errorf("%s is of another build (%s) than guard (%s); build both from one checkout: make build", sibling, buildID(), by)
	}
	return nil
}

// handOver runs the sibling with the same call, and gives its exit code.
func (w *World) handOver(ctx context.Context) error {
	program, err := siblingPath()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, w.args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = w.Dir, w.In, w.Out, w.Err
	cmd.Env = append(os.Environ(), handedOver+"="+buildID())
	cmd.Cancel = func() error { return end(cmd.Process) }
	cmd.WaitDelay = grace
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return fmt.Errorf("run %s: %w", program, err)
	}
	switch code := cmd.ProcessState.ExitCode(); {
	case code == exitClean && err == nil:
		return exit(exitClean)
	case code > exitClean:
		return exit(code)
	}
	return fmt.Errorf("%s has not ended well: %w", sibling, err)
}

// noSiblingError says that there is nobody who could verify signatures.
type noSiblingError struct{ path string }

func (e *noSiblingError) Error() string {
	return fmt.Sprintf("this needs %s, which verifies signatures, and %s does not exist; install it there: go build -o %s ./cmd/... in guard's checkout", sibling, e.path, filepath.Dir(e.path))
}

// siblingPath is the sibling beside this very program, wherever a symbolic
// link to that lies.
func siblingPath() (string, error) {
	own, err := os.Executable()
	if err == nil {
		own, err = filepath.EvalSymlinks(own)
	}
	if err != nil {
		return "", fmt.Errorf("find %s: %w", sibling, err)
	}
	path := filepath.Join(filepath.Dir(own), sibling)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", &noSiblingError{path}
	} else if err != nil {
		return "", fmt.Errorf("find %s: %w", sibling, err)
	}
	return path, nil
}

// end asks a process to end, or ends it where it cannot be asked.
func end(p *os.Process) error {
	if runtime.GOOS == "windows" {
		return p.Kill()
	}
	return p.Signal(syscall.SIGTERM)
}

// buildID tells two builds apart.
func buildID() string {
	v := build()
	return fmt.Sprintf("%s %s %s", v.Version, orElse(v.Commit, "of no commit"), v.Go)
}
