package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/memory"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/transport"
	"guard/internal/report"
)

// The exit codes of every command.
const (
	exitClean  = 0 // nothing denied
	exitDenied = 1 // something denied
	exitUsage  = 2 // wrong call or wrong configuration
	exitFailed = 3 // guard could not look: an internal error, unreadable input, nothing to check
)

// World is everything outside that commands may touch.
type World struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Getenv func(string) (string, bool)
	Now    func() time.Time
	Dir    string // the working directory

	// Terminal tells whether a stream is a terminal, and how wide it is.
	Terminal func(w io.Writer) (width int, ok bool)

	// Verify verifies signatures. It is nil in the program that does not link
	// what does, which hands such commands over to the one that does.
	Verify func(ctx context.Context, source signature.Source, image signature.Image, policy signature.Policy) (signature.Result, error)

	// SignKeyless signs by an identity token. It is nil where Verify is.
	SignKeyless func(ctx context.Context, client *transport.Client, k sign.Keyless) (sign.Attestation, error)

	args []string // of the command line
}

// System is the world of this process.
func System() World {
	return World{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv: os.LookupEnv, Now: time.Now, Dir: workingDir(), Terminal: terminal,
	}
}

// workingDir is the working directory itself, not a symbolic link to it that
// the shell came through: paths are compared with the repository's root.
func workingDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return dir
}

func terminal(w io.Writer) (width int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 80
	}
	return width, true
}

// env is the value of an environment variable, "" where it is not set.
func (w *World) env(name string) string {
	value, _ := w.Getenv(name)
	return value
}

// Run is guard as a process: it runs the process's own command line until a
// signal ends it, or rules that cannot be stopped take memory without end, and
// returns the exit code.
func Run(w World) int {
	memory.Tune()
	done, runaway := make(chan int, 1), make(chan string, 1)
	policy.SetAlarm(policy.Alarm{Runaway: func(why string) { runaway <- why }})
	go func() { done <- UntilSignal(func(ctx context.Context) int { return Main(ctx, os.Args[1:], w) }) }()
	select {
	case code := <-done:
		return code
	case why := <-runaway:
		return tell(w.Err, errors.New(why))
	}
}

// Main runs guard and returns its exit code, which is never 0 unless guard
// looked at everything it was asked to and denied nothing.
func Main(ctx context.Context, args []string, w World) (code int) {
	defer func() {
		if value := recover(); value != nil {
			code = tell(w.Err, check.NewPanicError("", value))
		}
	}()
	w.args = args
	root := newRoot(&w)
	root.SetArgs(args)
	out := &keptError{to: w.Out}
	root.SetOut(out)
	err := root.ExecuteContext(ctx)
	return tell(w.Err, cmp.Or(err, out.err))
}

// keptError writes, and keeps the first error: cobra drops those of its help,
// version and completions.
type keptError struct {
	to  io.Writer
	err error
}

func (k *keptError) Write(text []byte) (int, error) {
	n, err := k.to.Write(text)
	if err != nil && k.err == nil {
		k.err = fmt.Errorf("write the output: %w", err)
	}
	return n, err
}

// exit is an outcome that is no error to tell about: the report said it all.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// tell writes an error and gives its exit code.
func tell(w io.Writer, err error) int {
	var code exit
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintf(w, "guard: %s\n", report.CleanLines(strings.TrimRight(err.Error(), "\n")))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(w, "%s\n", hint)
	}
	if panicked := new(check.PanicError); errors.As(err, &panicked) {
		fmt.Fprintf(w, "%s\n", report.CleanLines(strings.Join(panicked.Stack, "\n")))
	}
	if isUsage(err) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a wrong call of a command.
type usageError struct {
	message string
	command string // whose --help says more
}

func (e *usageError) Error() string { return e.message }

func usagef(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), cmd.CommandPath()}
}

func isUsage(err error) bool {
	var usage *usageError
	var path *check.UsageError
	var rules policy.Errors
	return errors.As(err, &usage) || errors.As(err, &path) || errors.As(err, &rules) || config.IsError(err)
}

func hintOf(err error) string {
	var usage *usageError
	if errors.As(err, &usage) && usage.command != "" {
		return fmt.Sprintf("See '%s --help'.", usage.command)
	}
	if errors.Is(err, registry.ErrRefused) {
		return "Hosts are allowed by --registry-allow, --registry-insecure and --registry-realm."
	}
	return ""
}
