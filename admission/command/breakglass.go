package command

import (
	"cmp"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"guard/admission/breakglass"
	"guard/internal/config"
	"guard/internal/registry/signature/sign"
	"guard/internal/report"
)

const breakGlassUsage = `guard-webhook break-glass makes and shows the tokens that let in, for a while, what the webhook denies.

Usage:
  guard-webhook break-glass sign --key FILE --namespace NAME --user NAME --reason TEXT [flags]
  guard-webhook break-glass inspect FILE

Neither asks a cluster for anything. A token counts once it lies where the webhook looks for it (--break-glass),
signed with one of the keys of admission.break-glass.keys.

Flags of sign:
`

// World is what a command has of the world.
type World struct {
	Stdout, Stderr io.Writer
	Now            func() time.Time
	Getenv         func(string) string
}

func (w *World) fail(code int, err error) int {
	fmt.Fprintln(w.Stderr, "guard-webhook break-glass: "+report.Clean(err.Error()))
	return code
}

// BreakGlass runs guard-webhook break-glass, and returns its exit code.
func BreakGlass(args []string, w World) int {
	if len(args) == 0 {
		return w.fail(exitUsage, errors.New("expected sign or inspect"))
	}
	switch args[0] {
	case "sign":
		return w.sign(args[1:])
	case "inspect":
		return w.inspect(args[1:])
	case "-h", "-help", "--help", "help":
		return w.sign([]string{"--help"})
	}
	return w.fail(exitUsage, fmt.Errorf("expected sign or inspect, found %q", args[0]))
}

// sign writes a token to standard output, and what it says to standard error.
func (w *World) sign(args []string) int {
	var key string
	var lasts time.Duration
	var controllers bool
	t := breakglass.Token{NotBefore: w.Now().Truncate(time.Second)}
	flags := flag.NewFlagSet("guard-webhook break-glass sign", flag.ContinueOnError)
	flags.SetOutput(w.Stderr)
	flags.Usage = func() { fmt.Fprint(w.Stderr, breakGlassUsage); flags.PrintDefaults() }
	flags.StringVar(&key, "key", "", "PEM `file` of the private key, of Ed25519 or P-256; the password of one that cosign has encrypted is in GUARD_KEY_PASSWORD or COSIGN_PASSWORD")
	flags.DurationVar(&lasts, "for", time.Hour, "how `long` the token counts")
	flags.StringVar(&t.Reason, "reason", "", "why, a `text` for logs and events")
	flags.StringVar(&t.Audience, "audience", config.DefaultAudience, "`name` that the cluster's configuration has for itself: admission.break-glass.audience")
	list := func(name, what string, into *[]string) {
		flags.Func(name, what+"; may be repeated", func(value string) error { *into = append(*into, value); return nil })
	}
	list("user", "`name` of a Kubernetes user that the token is for", &t.Users)
	list("group", "`name` of a Kubernetes group that the token is for", &t.Groups)
	list("namespace", "`name` of a namespace that it is for", &t.Namespaces)
	list("image", "`reference` of an image, as objects write it: nothing with another image is let in", &t.Images)
	flags.BoolVar(&controllers, "controllers", false, "also for what the controllers of the cluster make in these namespaces, such as the Pods of a Deployment")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return exitUsage
	}
	if controllers {
		t.Groups = append(t.Groups, controllerGroup)
	}
	t.ID, t.Expires = rand.Text(), t.NotBefore.Add(lasts)
	switch {
	case flags.NArg() > 0:
		return w.fail(exitUsage, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	case key == "":
		return w.fail(exitUsage, errors.New("--key is needed"))
	case lasts < time.Second:
		return w.fail(exitUsage, fmt.Errorf("--for %s: expected a second or more", lasts))
	}
	if err := t.Check(); err != nil {
		return w.fail(exitUsage, fmt.Errorf("the token cannot mean anything: %w", err))
	}
	text, err := w.signed(key, t)
	if err != nil {
		return w.fail(exitFailed, err)
	}
	w.show(&t)
	if _, err := fmt.Fprintln(w.Stdout, text); err != nil {
		return w.fail(exitFailed, err)
	}
	return 0
}

// controllerGroup is the group of the service accounts by which the controllers
// of Kubernetes act.
const controllerGroup = "system:serviceaccounts:kube-system"

func (w *World) signed(file string, t breakglass.Token) (string, error) {
	data, err := readFile(file)
	if err != nil {
		return "", err
	}
	key, err := sign.LoadKey(data, func() ([]byte, error) {
		return []byte(cmp.Or(w.Getenv("GUARD_KEY_PASSWORD"), w.Getenv("COSIGN_PASSWORD"))), nil
	})
	if err != nil {
		return "", err
	}
	return breakglass.Sign(t, key)
}

// maxFile bounds a file that is read, in bytes.
const maxFile = 64 << 10

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d KiB", name, maxFile>>10)
	}
	return data, err
}

// inspect shows what a token says. Whether it counts is for the webhook.
func (w *World) inspect(args []string) int {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		return w.fail(exitUsage, errors.New("inspect: expected the file of one token"))
	}
	data, err := readFile(args[0])
	if err != nil {
		return w.fail(exitFailed, err)
	}
	t, key, err := breakglass.Inspect(string(data))
	if err != nil {
		return w.fail(exitFailed, err)
	}
	to := *w
	to.Stderr = w.Stdout
	to.show(&t)
	fmt.Fprintf(w.Stdout, "key         %s\n", report.Clean(key))
	fmt.Fprintln(w.Stdout, "The signature is not looked at.")
	return 0
}

func (w *World) show(t *breakglass.Token) {
	state := "counts now, where it is signed well"
	switch now := w.Now(); {
	case now.Before(t.NotBefore):
		state = "does not count yet"
	case !now.Before(t.Expires):
		state = "has expired"
	}
	images := "any"
	if len(t.Images) > 0 {
		images = strings.Join(t.Images, " ")
	}
	for _, line := range [][2]string{
		{"id", t.ID}, {"audience", t.Audience}, {"users", strings.Join(t.Users, " ")}, {"groups", strings.Join(t.Groups, " ")},
		{"namespaces", strings.Join(t.Namespaces, " ")}, {"images", images}, {"reason", t.Reason},
		{"from", t.NotBefore.UTC().Format(time.RFC3339)}, {"until", t.Expires.UTC().Format(time.RFC3339) + ", " + state},
	} {
		fmt.Fprintf(w.Stderr, "%-11s %s\n", line[0], report.Clean(line[1]))
	}
}
