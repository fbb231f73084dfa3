package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"guard/admission/install"
)

const armUsage = `guard-webhook arm makes the API server ask the webhook, once every replica has answered.

Usage:
  guard-webhook arm --namespace NAME --ca FILE [flags]

Flags:
`

const disarmUsage = `guard-webhook disarm makes the API server stop asking the webhook.

Usage:
  guard-webhook disarm
`

// runArm fills the webhooks into guard's configuration.
func runArm(args []string, stderr io.Writer) int {
	options := install.Options{Tell: func(why string) { fmt.Fprintln(stderr, "guard-webhook: waiting: "+why) }}
	var ca string
	var seconds int
	flags := subcommand("arm", armUsage, stderr)
	flags.StringVar(&options.Namespace, "namespace", "", "`name` of the webhook's own namespace, about which it is never asked")
	flags.StringVar(&ca, "ca", "", "PEM `file` of the CA of the webhook's certificate")
	flags.IntVar(&options.Replicas, "replicas", 3, "how many replicas must answer")
	flags.IntVar(&seconds, "timeout-seconds", 5, "how long the API server waits for an answer, 1 to 5")
	flags.DurationVar(&options.Wait, "wait", 4*time.Minute, "how long to wait for the replicas")
	flags.Func("resource", "`group/version/resource` of a kind that holds a Pod and is not Kubernetes' own; more than once", func(text string) error {
		r, err := install.ParseResource(text)
		options.More = append(options.More, r)
		return err
	})
	flags.Func("exclude", "`name` of one more namespace about which the webhook is never asked; more than once", func(name string) error {
		options.Excluded = append(options.Excluded, name)
		return nil
	})
	if code := parsed(flags, args); code >= 0 {
		return code
	}
	if ca == "" {
		return wrong(stderr, errors.New("--ca is needed: by it the API server believes that it talks to the webhook"))
	}
	var err error
	if options.CA, err = install.ReadCA(ca); err != nil {
		return wrong(stderr, err)
	}
	// What does not fit into a second field is refused as out of bounds.
	if options.Timeout = int32(seconds); int(options.Timeout) != seconds {
		options.Timeout = 0
	}
	if err := options.Validate(); err != nil {
		return wrong(stderr, err)
	}
	return inCluster(stderr, "armed", func(ctx context.Context) error {
		cluster, err := install.InCluster()
		if err != nil {
			return err
		}
		return install.Arm(ctx, cluster, options)
	})
}

// runDisarm takes the webhooks out of guard's configuration.
func runDisarm(args []string, stderr io.Writer) int {
	if code := parsed(subcommand("disarm", disarmUsage, stderr), args); code >= 0 {
		return code
	}
	return inCluster(stderr, "disarmed", func(ctx context.Context) error {
		cluster, err := install.InCluster()
		if err != nil {
			return err
		}
		return install.Disarm(ctx, cluster)
	})
}

func subcommand(name, usage string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage); flags.PrintDefaults() }
	return flags
}

// parsed parses; -1 says to go on, anything else is the exit code.
func parsed(flags *flag.FlagSet, args []string) int {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return wrong(flags.Output(), fmt.Errorf("unexpected argument %q; guard-webhook %s --help says more", flags.Arg(0), flags.Name()))
	}
	return -1
}

func wrong(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
	return 2
}

// inCluster does something to the cluster that the process runs in.
func inCluster(stderr io.Writer, done string, do func(context.Context) error) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := do(ctx); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 3
	}
	fmt.Fprintln(stderr, "guard-webhook: "+done)
	return 0
}
