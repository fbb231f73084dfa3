package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"time"

	"guard/admission"
	"guard/admission/audit"
	"guard/admission/cluster"
)

// The pace of a scan: what an API server does not notice.
const (
	scanRate = 2 // requests a second
	scanPage = 100
)

// scanLease is the Lease of the one process that scans.
const scanLease = "guard-scan"

// Scan says, by flags, how what a cluster holds already is judged beside the
// webhook.
type Scan struct {
	Kubeconfig string // how it reaches the cluster; "": KUBECONFIG, ~/.kube/config, or the cluster that this runs in

	every   time.Duration
	reports reportFlags
}

// AddFlags adds the flags of a scan.
func (s *Scan) AddFlags(flags *flag.FlagSet) {
	flags.DurationVar(&s.every, "scan-every", 0, "judge what the cluster holds already this `long` after the last time, in one of the processes that do; 0: never")
	s.reports.add(flags)
}

// minScan keeps a scan from being what an API server is busy with.
const minScan = time.Minute

// Complete refuses flags that cannot mean anything.
func (s *Scan) Complete() error {
	switch {
	case s.every == 0 && s.reports.write:
		return errors.New("--policy-reports is for scans: it needs --scan-every")
	case s.every != 0 && s.every < minScan:
		return fmt.Errorf("--scan-every %s: expected %s or more", s.every, minScan)
	}
	return s.reports.complete()
}

// Start gives the webhook a scan to do beside, where one is wanted.
func (s *Scan) Start(o *admission.Options) error {
	if s.every == 0 {
		return nil
	}
	api, err := cluster.Open(cluster.Connection{Kubeconfig: s.Kubeconfig, Rate: scanRate, Agent: "guard-webhook-scan"})
	if err != nil {
		return err
	}
	cluster.Log(o.Logger)
	scan := &audit.Scan{
		Every: s.every, Lister: api.Lister(scanPage), Namespaces: api, Logger: o.Logger, Version: Version(),
		Lead: func(ctx context.Context, work func(context.Context)) error { return api.Lead(ctx, scanLease, work) },
	}
	if s.reports.write {
		scan.Write = s.reports.writer(api, o.Logger)
	}
	o.Beside = scan.Beside
	return nil
}

// reportFlags are those of PolicyReports.
type reportFlags struct {
	write bool
	owner string
}

func (r *reportFlags) add(flags *flag.FlagSet) {
	flags.BoolVar(&r.write, "policy-reports", false, "write what is found as PolicyReports (wgpolicyk8s.io), one for each namespace and kind; those of which nothing is left are removed")
	flags.StringVar(&r.owner, "report-owner", "", "`name` of the ValidatingWebhookConfiguration that the PolicyReports go with when it is deleted")
}

func (r *reportFlags) complete() error {
	if r.owner != "" && !r.write {
		return errors.New("--report-owner needs --policy-reports")
	}
	return nil
}

// writer writes the reports of a scan.
func (r *reportFlags) writer(api *cluster.Cluster, log *slog.Logger) func(context.Context, *audit.Result) error {
	return func(ctx context.Context, result *audit.Result) error {
		if err := api.HasPolicyReports(ctx); err != nil {
			return err
		}
		written, removed, err := api.Report(ctx, result, nil, r.owner)
		log.Info("PolicyReports", "written", written, "removed", removed)
		return err
	}
}
