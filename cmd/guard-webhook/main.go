// Command guard-webhook answers the admission reviews of a Kubernetes cluster
// by the rules of guard.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"guard/admission"
	"guard/admission/command"
)

const usage = `guard-webhook answers the admission reviews of a Kubernetes cluster by the rules of guard.

Usage:
  guard-webhook --cert FILE --key FILE [flags]
  guard-webhook audit [flags]

Examples:
  guard-webhook --cert /tls/tls.crt --key /tls/tls.key
  guard-webhook --cert tls.crt --key tls.key --config-dir /etc/guard --config guard.yaml --decisions stdout
  guard-webhook --cert tls.crt --key tls.key --scan-every 1h --policy-reports
  guard-webhook audit --namespace shop

Flags:
`

func main() {
	if len(os.Args) > 1 && os.Args[1] == "audit" {
		os.Exit(command.Audit(os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	options := admission.Options{Logger: slog.New(slog.NewJSONHandler(stderr, nil))}
	var decisions string
	var scan command.Scan
	flags := flag.NewFlagSet("guard-webhook", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage); flags.PrintDefaults() }
	flags.StringVar(&options.Listen, "listen", ":8443", "`address` of POST /validate, over HTTPS")
	flags.StringVar(&options.Health, "health", ":8081", "`address` of /livez, /readyz and /metrics, over HTTP")
	flags.StringVar(&options.CertFile, "cert", "", "PEM `file` with the certificate and its chain; read again when it changes")
	flags.StringVar(&options.KeyFile, "key", "", "PEM `file` with the key of the certificate")
	flags.StringVar(&options.ClientCA, "client-ca", "", "PEM `file`: let in only clients with a certificate of this authority")
	flags.Func("client-name", "common name or DNS `name` of a client that --client-ca lets in; may be repeated", func(name string) error {
		options.ClientNames = append(options.ClientNames, name)
		return nil
	})
	flags.BoolVar(&options.Profiling, "profiling", false, "serve /debug/pprof beside the metrics")
	flags.StringVar(&options.ConfigDir, "config-dir", "", "`directory` of the configuration and of the rules that it names; read again when it changes")
	flags.StringVar(&options.Config, "config", "", "`name` of the configuration in that directory; none: the default one")
	flags.StringVar(&decisions, "decisions", "none", "where each decision is written as a line of JSON: none, stdout or a `file`")
	scan.AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if err := errors.Join(complete(flags, &options), scan.Complete()); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	sink, err := open(decisions, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	options.Decisions = sink
	if options.Outside.Registry, err = admission.NewRegistry(os.LookupEnv); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	if err := scan.Start(&options); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := admission.Serve(ctx, options); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 3
	}
	return 0
}

// complete refuses a call that cannot mean anything.
func complete(flags *flag.FlagSet, o *admission.Options) error {
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; guard-webhook --help says more", flags.Arg(0))
	case o.CertFile == "" || o.KeyFile == "":
		return errors.New("--cert and --key are needed: an API server speaks HTTPS only")
	case o.Config != "" && o.ConfigDir == "":
		return errors.New("--config needs --config-dir, the directory that it lies in")
	}
	return nil
}

// open opens the sink of the decisions.
func open(name string, stdout io.Writer) (io.Writer, error) {
	switch name {
	case "none":
		return io.Discard, nil
	case "stdout":
		return stdout, nil
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
