package cli

import (
	"cmp"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/registry/signature/statement"
)

const approveHelp = `Approve signs that an image may go into an environment until some time, and
attaches that to the image. guard verify reads it, where the trust policy demands
an attestation of type urn:guard:approval:v1 and says whose keys count.

` + keylessHelp + `

` + registryHelp + `

Exit codes:
  0  the approval is attached
  2  the call or the configuration is wrong
  3  it could not be attached`

const approveExample = `  guard approve ghcr.io/acme/shop@sha256:… --environment production --key release.key --expires 72h
  guard approve ghcr.io/acme/shop@sha256:… -e production --key release.key --expires 2027-01-31 --reason "change 4711"
  guard approve ghcr.io/acme/shop@sha256:… -e production --identity-token token.jwt`

// approveFlags are the flags of guard approve.
type approveFlags struct {
	registry    registryFlags
	config      configFlags
	sign        signFlags
	environment string
	expires     string
	reason      string
	approver    string
}

func newApprove(w *World) *cobra.Command {
	var f approveFlags
	cmd := &cobra.Command{
		Use:               "approve IMAGE@DIGEST",
		Short:             "Sign that an image may go into an environment",
		Long:              approveHelp,
		Example:           approveExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.sign.ready(cmd.Context(), w); err != nil {
				return err
			}
			return runApprove(cmd, w, &f, args)
		},
	}
	f.registry.add(cmd)
	f.config.addFile(cmd)
	f.sign.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.environment, "environment", "e", "production", "`name` of the environment, as the configuration has it")
	flags.StringVar(&f.expires, "expires", "24h", "how long it counts, a `time` such as 72h or a date such as 2027-01-31")
	flags.StringVar(&f.reason, "reason", "", "`why` it is approved")
	flags.StringVar(&f.approver, "approver", "", "`name` of who approves (GUARD_APPROVER; in pipelines GITHUB_ACTOR and GITLAB_USER_LOGIN)")
	for _, name := range []string{"environment", "expires", "reason", "approver"} {
		completeFixed(cmd, name)
	}
	return cmd
}

// runApprove is one approval from flags to registry.
func runApprove(cmd *cobra.Command, w *World, f *approveFlags, args []string) error {
	if len(args) != 1 {
		return usagef(cmd, "expected one image, found %d", len(args))
	}
	setup, err := f.config.prepare(cmd, w)
	if err != nil {
		return err
	}
	environment, err := setup.environment(f.environment)
	if err != nil {
		return err
	}
	now := w.Now()
	expires, ok := until(f.expires, now)
	if !ok || !expires.After(now) {
		return usagef(cmd, "--expires %q: expected a time such as 72h or a date in the future such as 2027-01-31", f.expires)
	}
	approver := cmp.Or(f.approver, w.env("GUARD_APPROVER"), w.env("GITHUB_ACTOR"), w.env("GITLAB_USER_LOGIN"))
	if approver == "" {
		return usagef(cmd, "--approver is missing: say who approves")
	}
	signer, err := f.sign.signer(cmd, w, &f.registry, args[0])
	if err != nil {
		return err
	}
	predicate, err := statement.Approval{Approver: approver, Environment: environment.Key, ApprovedAt: now, Expires: expires, Reason: f.reason}.JSON()
	if err != nil {
		return err
	}
	return signer.attach(cmd.Context(), statement.PredicateApproval, predicate)
}

// until reads how long something counts: a time from now, or the end of a day.
func until(text string, now time.Time) (time.Time, bool) {
	if lasts, err := time.ParseDuration(text); err == nil {
		return now.Add(lasts), true
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, true
	}
	day, err := time.Parse(time.DateOnly, text)
	return day.AddDate(0, 0, 1), err == nil
}
