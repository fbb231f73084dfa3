package command

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"guard/admission"
	"guard/admission/audit"
	"guard/admission/cluster"
	"guard/internal/registry"
	"guard/internal/report"
)

const auditUsage = `guard-webhook audit judges what a cluster holds already by the rules of guard.

It lists everything that holds a Pod, page by page, asks the API server for
nothing else, and changes nothing there but for --policy-reports. What an object
has of its owner is told at the owner.

With --registry, or where the configuration says so, it asks registries, too, for
each image once and with the pull secrets of the Pods, and tells of images that are
gone, that are root, and of running Pods whose tag has moved since.

Usage:
  guard-webhook audit [flags]

Examples:
  guard-webhook audit
  guard-webhook audit --namespace shop --namespace payment -o text -o sarif=guard.sarif
  guard-webhook audit --kubeconfig staging.kubeconfig --config-dir /etc/guard --config guard.yaml -o json
  guard-webhook audit --registry --policy-reports -o html=audit.html

Exit codes:
  0  nothing is denied
  1  something is denied
  2  the call or the configuration is wrong
  3  guard could not look: the cluster does not answer, something in it could not
     be judged, or there is nothing to judge

Flags:
`

// The exit codes of audit are those of guard check.
const (
	exitDenied = 1
	exitUsage  = 2
	exitFailed = 3
)

// auditTime bounds an audit.
const auditTime = 30 * time.Minute

// auditCall is what the flags of audit say.
type auditCall struct {
	kubeconfig, configDir, config string
	policyCache                   string
	namespaces                    []string
	targets                       []report.Target
	reports                       reportFlags
	registry                      bool
	stdout, stderr                *os.File
}

// Audit is guard-webhook audit: it takes the arguments behind that word, writes
// the reports, and returns the exit code.
func Audit(args []string, stdout, stderr *os.File) int {
	call := &auditCall{stdout: stdout, stderr: stderr}
	err := call.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errToldAlready):
		return exitUsage
	case err != nil:
		return call.fail(exitUsage, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, auditTime)
	defer cancel()
	handler, api, code, err := call.prepare(ctx)
	if err != nil {
		return call.fail(code, err)
	}
	result, err := call.audit(ctx, handler, api)
	if err != nil {
		return call.fail(exitFailed, err)
	}
	if err := call.write(result); err != nil {
		return call.fail(exitFailed, err)
	}
	if call.reports.write {
		if err := call.writeReports(ctx, api, result); err != nil {
			return call.fail(exitFailed, err)
		}
	}
	return call.verdict(result)
}

func (c *auditCall) fail(code int, err error) int {
	fmt.Fprintln(c.stderr, "guard-webhook audit: "+report.Clean(err.Error()))
	return code
}

// errToldAlready says that package flag has told the user what is wrong.
var errToldAlready = errors.New("the flags are wrong")

func (c *auditCall) parse(args []string) error {
	flags := flag.NewFlagSet("guard-webhook audit", flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() { fmt.Fprint(c.stderr, auditUsage); flags.PrintDefaults() }
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "`file` that says how to reach the cluster; none: KUBECONFIG, ~/.kube/config, or the cluster that this runs in")
	flags.StringVar(&c.configDir, "config-dir", "", "`directory` of the configuration and of the rules that it names")
	flags.StringVar(&c.policyCache, "policy-cache", "", "`directory` that keeps bundles of rules for when their registry is away; none: nothing is kept")
	flags.StringVar(&c.config, "config", "", "`name` of the configuration in that directory; none: the default one")
	flags.Func("namespace", "judge only what lies in the namespace of this `name`; may be repeated", func(name string) error {
		if !isLabel(name) {
			return errors.New("no name of a namespace")
		}
		c.namespaces = append(c.namespaces, name)
		return nil
	})
	flags.BoolVar(&c.registry, "registry", false, "ask registries what the images are, as admission: {registry: true} of the configuration does")
	c.reports.add(flags)
	output := func(text string) error {
		target, err := report.ParseTarget(report.Formats(), text)
		c.targets = append(c.targets, target)
		return err
	}
	flags.Func("o", "write a report as `FORMAT[=PATH]`: github, gitlab, html, json, junit, markdown, sarif or text; may be repeated", output)
	flags.Func("output", "the same as -o, `FORMAT[=PATH]`", output)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errToldAlready
	}
	return c.complete(flags)
}

// complete refuses a call that cannot mean anything.
func (c *auditCall) complete(flags *flag.FlagSet) error {
	if len(c.targets) == 0 {
		c.targets = report.DefaultTargets(report.Formats(), os.Getenv)
	}
	onStdout := 0
	for _, target := range c.targets {
		if target.Path == "" && !target.Group {
			onStdout++
		}
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; guard-webhook audit --help says more", flags.Arg(0))
	case c.config != "" && c.configDir == "":
		return errors.New("--config needs --config-dir, the directory that it lies in")
	case onStdout > 1:
		return fmt.Errorf("-o: %d reports go to standard output; give all but one a file: FORMAT=PATH", onStdout)
	}
	return c.reports.complete()
}

// isLabel tells whether a text may be the name of a namespace, which becomes a
// part of a URL.
func isLabel(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return text != "" && len(text) <= 63
}

// prepare makes what judges and what lists.
func (c *auditCall) prepare(ctx context.Context) (handler *admission.Handler, api *cluster.Cluster, code int, err error) {
	api, err = cluster.Open(cluster.Connection{Kubeconfig: c.kubeconfig, Agent: "guard-webhook-audit"})
	if err != nil {
		return nil, nil, exitUsage, err
	}
	outside := admission.Outside{Namespaces: api, Secrets: api, Ask: c.registry, PolicyCache: c.policyCache, Tell: func(note string) {
		fmt.Fprintf(c.stderr, "guard-webhook audit: %s\n", report.CleanLines(note))
	}}
	if outside.Registry, err = admission.NewRegistry(os.LookupEnv); err != nil {
		return nil, nil, exitUsage, err
	}
	var dir fs.FS = embed.FS{}
	if c.configDir != "" {
		dir = os.DirFS(c.configDir)
	}
	if handler, err = admission.Load(ctx, dir, c.config, outside); errors.Is(err, registry.ErrUnavailable) {
		return nil, nil, exitFailed, err
	} else if err != nil {
		return nil, nil, exitUsage, err
	}
	if c.reports.write {
		err = api.HasPolicyReports(ctx)
	}
	return handler, api, exitFailed, err
}

func (c *auditCall) writeReports(ctx context.Context, api *cluster.Cluster, result *audit.Result) error {
	written, removed, err := api.Report(ctx, result, c.namespaces, c.reports.owner)
	fmt.Fprintf(c.stderr, "guard-webhook audit: %d PolicyReports written, %d removed\n", written, removed)
	return err
}

func (c *auditCall) audit(ctx context.Context, handler *admission.Handler, api *cluster.Cluster) (*audit.Result, error) {
	line := &line{to: c.stderr, terminal: isTerminal(c.stderr)}
	defer line.clear()
	return audit.Run(ctx, audit.Options{
		Handler: handler, Lister: api.Lister(0), Namespaces: c.namespaces, Now: time.Now(), Version: Version(),
		Progress: line.show,
		Tell: func(what string) {
			line.clear()
			fmt.Fprintln(c.stderr, "guard-webhook audit: "+report.Clean(what))
		},
	})
}

// verdict says what was left out, and turns the result into an exit code.
func (c *auditCall) verdict(r *audit.Result) int {
	fmt.Fprintln(c.stderr, "guard-webhook audit: "+r.String())
	switch {
	case r.Unread > 0:
		return exitFailed
	case r.Objects == 0 && r.Exempt == 0:
		return c.fail(exitFailed, errors.New("there is nothing to judge"))
	case r.Denied > 0:
		return exitDenied
	}
	return 0
}
