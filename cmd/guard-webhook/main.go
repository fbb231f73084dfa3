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
	"strings"
	"syscall"
	"time"

	"guard/admission"
	"guard/admission/breakglass"
	"guard/admission/cluster"
	"guard/admission/command"
	"guard/admission/logsink"
	"guard/admission/trace"
	"guard/internal/memory"
	"guard/internal/policy"
)

const usage = `guard-webhook answers the admission reviews of a Kubernetes cluster by the rules of guard.

Usage:
  guard-webhook --cert FILE --key FILE [flags]
  guard-webhook arm --namespace NAME --ca FILE [flags]   make the API server ask
  guard-webhook disarm                                   make it stop
  guard-webhook audit [flags]                            judge what a cluster holds already
  guard-webhook doctor [flags]                           say what is wrong with an installation
  guard-webhook certificates --secret NAMESPACE/NAME --service-name NAME
                                                         be an authority for the webhook, and keep it current
  guard-webhook break-glass sign|inspect                 make, or show, a token that lets in what is denied

Examples:
  guard-webhook --cert /tls/tls.crt --key /tls/tls.key
  guard-webhook --cert tls.crt --key tls.key --config-dir /etc/guard --config guard.yaml --decisions stdout
  guard-webhook --cert tls.crt --key tls.key --config-dir /etc/guard --config guard.yaml --policy-cache /var/cache/guard
  guard-webhook --cert tls.crt --key tls.key --scan-every 1h --policy-reports
  guard-webhook audit --namespace shop

Flags:
`

func main() {
	memory.Tune()
	os.Exit(unlessRunaway(os.Stderr, func() int {
		if len(os.Args) > 1 && os.Args[1] == "audit" {
			return command.Audit(os.Args[2:], os.Stdout, os.Stderr)
		}
		return run(os.Args[1:], os.Stdout, os.Stderr)
	}))
}

// unlessRunaway works until rules that cannot be stopped are too many, or take
// memory without end. Then only the end of the process frees what they have;
// whoever starts it anew has it ready within seconds, and until then the API
// server denies.
func unlessRunaway(stderr io.Writer, work func() int) int {
	logger := slog.New(slog.NewJSONHandler(stderr, nil))
	done, runaway := make(chan int, 1), make(chan string, 1)
	policy.SetAlarm(policy.Alarm{
		Left: func(running int) {
			logger.Warn("an evaluation of rules goes on though it was stopped", "running", running)
		},
		Runaway: func(why string) { runaway <- why },
	})
	go func() { done <- work() }()
	select {
	case code := <-done:
		return code
	case why := <-runaway:
		logger.Error("the process ends itself, to be started anew", "why", why)
		return 3
	}
}

// call is what the flags say besides the options.
type call struct {
	options     admission.Options
	decisions   string
	sink        logsink.Options // of a collector
	kubeconfig  string
	pullSecrets bool
	tokens      string // directory
	traces      string // URL
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "break-glass":
			return command.BreakGlass(args[1:], command.World{Stdout: stdout, Stderr: stderr, Now: time.Now, Getenv: os.Getenv})
		case "arm":
			return runArm(args[1:], stderr)
		case "disarm":
			return runDisarm(args[1:], stderr)
		case "certificates":
			return command.Certificates(args[1:], stderr)
		case "doctor":
			return command.Doctor(args[1:], stdout, stderr)
		}
	}
	return serve(args, stdout, stderr)
}

// serve answers reviews.
func serve(args []string, stdout, stderr io.Writer) int {
	c := call{options: admission.Options{Logger: slog.New(slog.NewJSONHandler(stderr, nil))}}
	options := &c.options
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
	flags.DurationVar(&options.Reload, "reload", admission.DefaultReload, "how often the configuration is looked at, a `time`")
	flags.DurationVar(&options.Poll, "policy-poll", admission.DefaultPoll, "how often registries are asked whether a tag that the configuration names is another bundle of rules, a `time`")
	flags.StringVar(&options.Outside.PolicyCache, "policy-cache", "", "`directory` that keeps bundles of rules for a start without their registry; none: nothing is kept")
	flags.DurationVar(&options.Linger, "linger", 5*time.Second, "how long, a `time`, it goes on to serve after SIGTERM while it says that it is not ready")
	flags.StringVar(&c.decisions, "decisions", "none", "where each decision is written as a line of JSON: none, stdout, a `file`, or the https URL of a collector that takes lines by POST")
	flags.StringVar(&c.sink.TokenFile, "decisions-token", "", "`file` with a bearer token for the collector; read again when it changes")
	flags.StringVar(&c.sink.RootsFile, "decisions-ca", "", "PEM `file`: trust the collector by these authorities, and not by those of the system")
	flags.BoolVar(&c.sink.Gzip, "decisions-gzip", false, "compress what the collector is sent")
	flags.BoolVar(&options.Inputs, "decisions-inputs", false, "write the objects, too, with their secrets redacted, so that they can be judged again by other rules")
	flags.StringVar(&c.traces, "traces-endpoint", "", "`URL` to which spans are sent by OTLP over HTTP: https://collector:4318/v1/traces; none: what OTEL_EXPORTER_OTLP_ENDPOINT and its kin say")
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "`file` that names the cluster; by default the one that the webhook runs in")
	flags.BoolVar(&c.pullSecrets, "pull-secrets", false, "ask for images with the pull secrets of Pods and service accounts")
	flags.StringVar(&c.tokens, "break-glass", "", "`directory` of the tokens that let in what is denied, such as a mounted Secret; read again when it changes")
	scan.AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	scan.Kubeconfig = c.kubeconfig
	if err := errors.Join(c.complete(flags), scan.Complete()); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := c.connect(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	defer c.close()
	if err := scan.Start(&c.options); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 2
	}
	if err := admission.Serve(ctx, c.options); err != nil {
		fmt.Fprintln(stderr, "guard-webhook: "+err.Error())
		return 3
	}
	return 0
}

// askedPerSecond is how often reviews may ask the API server for something.
const askedPerSecond = 50

// connect opens what the call names: the sink of decisions, registries and the
// cluster.
func (c *call) connect(ctx context.Context, stdout io.Writer) error {
	var err error
	if c.options.Decisions, err = c.open(stdout); err != nil {
		return err
	}
	c.options.Traces, err = trace.New(ctx, trace.Options{Endpoint: c.traces, Getenv: os.Getenv, Logger: c.options.Logger, Version: command.Version()})
	if err != nil {
		return err
	}
	if c.tokens != "" {
		c.options.Outside.Tokens = &breakglass.Directory{FS: os.DirFS(c.tokens)}
	}
	if c.options.Outside.Registry, err = admission.NewRegistry(os.LookupEnv); err != nil {
		return err
	}
	connection := cluster.Connection{Kubeconfig: c.kubeconfig, Rate: askedPerSecond, Agent: "guard-webhook"}
	asked, err := cluster.Open(connection)
	if errors.Is(err, cluster.ErrOutside) && !c.pullSecrets {
		c.options.Logger.Warn("guard runs without a cluster, so the labels of namespaces are not known")
		return nil
	}
	if err != nil {
		return err
	}
	cluster.Log(c.options.Logger)
	asked.Watch(ctx)
	c.options.Outside.Namespaces, c.options.Events = asked, asked
	if c.pullSecrets {
		// By a connection of its own, whose rate takes nothing from namespaces and events.
		c.options.Outside.Secrets, err = cluster.Open(connection)
	}
	return err
}

// complete refuses a call that cannot mean anything.
func (c *call) complete(flags *flag.FlagSet) error {
	o := &c.options
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; guard-webhook --help says more", flags.Arg(0))
	case o.CertFile == "" || o.KeyFile == "":
		return errors.New("--cert and --key are needed: an API server speaks HTTPS only")
	case o.Reload < 10*time.Millisecond || o.Linger < 0 || o.Linger > time.Minute:
		return errors.New("--reload: expected at least 10ms; --linger: expected between 0 and 1m")
	case o.Poll < time.Second || o.Poll > 24*time.Hour:
		return errors.New("--policy-poll: expected between 1s and 24h")
	case !c.collects() && (c.sink.TokenFile != "" || c.sink.RootsFile != "" || c.sink.Gzip):
		return errors.New("--decisions-token, --decisions-ca and --decisions-gzip need --decisions with the URL of a collector")
	case o.Inputs && c.decisions == "none":
		return errors.New("--decisions-inputs needs --decisions")
	case o.Config != "" && o.ConfigDir == "":
		return errors.New("--config needs --config-dir, the directory that it lies in")
	}
	return nil
}

// open opens the sink of the decisions.
func (c *call) open(stdout io.Writer) (io.Writer, error) {
	switch {
	case c.decisions == "none":
		return io.Discard, nil
	case c.decisions == "stdout":
		return stdout, nil
	case c.collects():
		c.sink.URL, c.sink.Logger = c.decisions, c.options.Logger
		return logsink.New(c.sink)
	}
	return os.OpenFile(c.decisions, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// collects tells whether a collector takes the decisions.
func (c *call) collects() bool { return strings.Contains(c.decisions, "://") }

// close ends what connect has opened.
func (c *call) close() {
	if err := c.options.Traces.Close(); err != nil {
		c.options.Logger.Error(err.Error())
	}
	if sink, opened := c.options.Decisions.(*logsink.Sink); opened {
		if err := sink.Close(); err != nil {
			c.options.Logger.Error(err.Error())
		}
	}
}
