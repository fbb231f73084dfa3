package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"guard/admission/cluster"
	"guard/admission/doctor"
	"guard/internal/report"
)

const doctorUsage = `guard-webhook doctor looks at an installation of the webhook and says what is wrong.

It changes nothing: it reads, asks what accounts may do, asks each replica for a
review of nothing, and with --probe-namespace creates two Pods with dryRun, which
nobody keeps. Whoever runs it needs to be allowed to do so; what they may not do
is told as not looked at.

Usage:
  guard-webhook doctor [flags]

Examples:
  guard-webhook doctor --probe-namespace default
  guard-webhook doctor --namespace guard-system -o json

Exit codes:
  0  nothing is wrong
  1  something is wrong
  2  the call is wrong
  3  nothing is wrong of what could be looked at, and something could not

Flags:
`

// doctorTime bounds all that the doctor does.
const doctorTime = 3 * time.Minute

// doctorCall is what the flags of doctor say.
type doctorCall struct {
	options            doctor.Options
	kubeconfig, output string
}

// Doctor is guard-webhook doctor: it takes the arguments behind that word,
// writes what is wrong, and returns the exit code.
func Doctor(args []string, stdout, stderr io.Writer) int {
	var call doctorCall
	err := call.parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errToldAlready):
		return exitUsage
	}
	var api *cluster.Cluster
	if err == nil {
		api, err = cluster.Open(cluster.Connection{Kubeconfig: call.kubeconfig, Rate: 50, Agent: "guard-webhook-doctor"})
	}
	if err != nil {
		fmt.Fprintln(stderr, "guard-webhook doctor: "+report.Clean(err.Error()))
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	return call.write(doctor.Run(ctx, api, call.options), stdout, stderr)
}

func (c *doctorCall) parse(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("guard-webhook doctor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, doctorUsage); flags.PrintDefaults() }
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "`file` that says how to reach the cluster; none: KUBECONFIG, ~/.kube/config, or the cluster that this runs in")
	flags.StringVar(&c.options.Namespace, "namespace", "guard-system", "`name` of the namespace in which the webhook is installed")
	flags.StringVar(&c.options.ProbeNamespace, "probe-namespace", "", "`name` of a namespace in which two Pods are created with dryRun; none: none are")
	flags.StringVar(&c.output, "o", "text", "`format` of the report: text or json")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errToldAlready
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; guard-webhook doctor --help says more", flags.Arg(0))
	case !isLabel(c.options.Namespace):
		return fmt.Errorf("--namespace %q: no name of a namespace", c.options.Namespace)
	case c.options.ProbeNamespace != "" && !isLabel(c.options.ProbeNamespace):
		return fmt.Errorf("--probe-namespace %q: no name of a namespace", c.options.ProbeNamespace)
	case c.output != "text" && c.output != "json":
		return fmt.Errorf("-o %q: expected text or json", c.output)
	}
	return nil
}

// write writes the report, and turns it into an exit code.
func (c *doctorCall) write(r doctor.Report, stdout, stderr io.Writer) int {
	err := error(nil)
	if c.output == "json" {
		err = r.JSON(stdout)
	} else {
		err = r.Text(stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "guard-webhook doctor: "+report.Clean(err.Error()))
		return exitFailed
	case r.Summary[doctor.Wrong] > 0:
		return exitDenied
	case r.Summary[doctor.Unknown] > 0:
		return exitFailed
	}
	return 0
}
