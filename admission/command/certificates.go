package command

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

	"guard/admission/authority"
	"guard/admission/cluster"
)

const certificatesUsage = `guard-webhook certificates is an authority for the webhook, where the cluster has none.

It keeps the authority, and the certificate that the replicas serve, in a Secret,
renews both long before they end, and makes API servers trust each new authority
a day before it signs. Of the ValidatingWebhookConfiguration it changes nothing
but whom to trust. It goes on until it is told to end; several may run.

Usage:
  guard-webhook certificates --secret NAMESPACE/NAME --service-name NAME [flags]

Example:
  guard-webhook certificates --secret guard-system/guard-webhook-tls --service-name guard-webhook.guard-system.svc --announce guard-webhook

Flags:
`

// certificatesCall is what the flags of certificates say.
type certificatesCall struct {
	kubeconfig, secret, announce string
	names                        []string
	every                        time.Duration
}

// Certificates is guard-webhook certificates: it takes the arguments behind that
// word, and returns the exit code when it is told to end, or at once where the
// certificates cannot be made at all.
func Certificates(args []string, stderr io.Writer) int {
	var call certificatesCall
	err := call.parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errToldAlready):
		return exitUsage
	case err != nil:
		fmt.Fprintln(stderr, "guard-webhook certificates: "+err.Error())
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := call.keep(ctx, slog.New(slog.NewJSONHandler(stderr, nil))); err != nil {
		fmt.Fprintln(stderr, "guard-webhook certificates: "+err.Error())
		return exitFailed
	}
	return 0
}

func (c *certificatesCall) parse(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("guard-webhook certificates", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, certificatesUsage); flags.PrintDefaults() }
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "`file` that says how to reach the cluster; none: KUBECONFIG, ~/.kube/config, or the cluster that this runs in")
	flags.StringVar(&c.secret, "secret", "", "`NAMESPACE/NAME` of the Secret in which the certificates are kept")
	flags.StringVar(&c.announce, "announce", "", "`name` of the ValidatingWebhookConfiguration whose webhooks trust the authority; none: somebody else sees to it, by ca.crt of the Secret")
	flags.Func("service-name", "`name` by which API servers reach the webhook: guard-webhook.guard-system.svc; may be repeated", func(name string) error {
		c.names = append(c.names, name)
		return nil
	})
	flags.DurationVar(&c.every, "every", 5*time.Minute, "how often the certificates are looked at, a `time`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errToldAlready
	}
	return c.complete(flags)
}

// complete refuses a call that cannot mean anything.
func (c *certificatesCall) complete(flags *flag.FlagSet) error {
	namespace, name, _ := strings.Cut(c.secret, "/")
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; guard-webhook certificates --help says more", flags.Arg(0))
	case !isLabel(namespace) || !isName(name):
		return fmt.Errorf("--secret %q: expected NAMESPACE/NAME", c.secret)
	case c.announce != "" && !isName(c.announce):
		return fmt.Errorf("--announce %q: no name of a ValidatingWebhookConfiguration", c.announce)
	case len(c.names) == 0:
		return errors.New("--service-name is needed, the name by which API servers reach the webhook")
	case c.every < time.Second || c.every > 12*time.Hour:
		return fmt.Errorf("--every %s: expected between 1s and 12h", c.every)
	}
	return nil
}

// isName tells whether a text may be the name of an object, which becomes a part
// of a URL.
func isName(text string) bool {
	for label := range strings.SplitSeq(text, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return len(text) <= 253
}

// keep keeps the certificates until the context ends. That they cannot be had
// at first is an error; later what is there is still good, for days at least.
func (c *certificatesCall) keep(ctx context.Context, log *slog.Logger) error {
	api, err := cluster.Open(cluster.Connection{Kubeconfig: c.kubeconfig, Agent: "guard-webhook-certificates"})
	if err != nil {
		return err
	}
	namespace, name, _ := strings.Cut(c.secret, "/")
	keeper := &authority.Keeper{Store: api.Secret(namespace, name), Names: c.names}
	if c.announce != "" {
		keeper.Announce = func(ctx context.Context, ca []byte) error { return announce(ctx, api, c.announce, ca, log) }
	}
	bundle, err := keeper.Ensure(ctx)
	for last := ""; err == nil || last != ""; bundle, err = keeper.Ensure(ctx) {
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("the certificates could not be looked at; those from before stay", "error", err.Error())
		case err == nil && string(bundle.Cert) != last:
			last = string(bundle.Cert)
			log.Info("a certificate is kept", "secret", c.secret, "until", bundle.NotAfter.UTC().Format(time.RFC3339))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(c.every):
		}
	}
	return err
}

func announce(ctx context.Context, api *cluster.Cluster, configuration string, ca []byte, log *slog.Logger) error {
	changed, err := api.Trust(ctx, configuration, ca)
	if changed {
		log.Info("API servers trust the authorities of the webhook", "configuration", configuration)
	}
	return err
}
