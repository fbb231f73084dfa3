package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/registry"
	"guard/internal/registry/signature/admit"
	"guard/internal/report"
)

const verifyHelp = `Verify says whether an image may go into an environment: whether it has the
signature and the attestations that the trust policy of the configuration
demands of it. Of attestations of these types it also reads what they say:

  https://slsa.dev/verification_summary/v1  the verdict of guard check --attest:
                                            PASSED, and not older than --max-age
  urn:guard:approval:v1                     the approval of guard approve: for
                                            this environment, and not ended

Where the environment has approval: proved, an approval is demanded; with
--max-age, a verdict is. An image that no entry of the trust policy is for is
not trusted.

` + registryHelp + `

Exit codes:
  0  everything that is demanded is there and holds
  1  something is missing or does not hold
  2  the call or the configuration is wrong
  3  guard could not look`

const verifyExample = `  guard verify ghcr.io/acme/shop@sha256:… --environment production
  guard verify ghcr.io/acme/shop:1.4.2 --max-age 24h -o json`

func newVerify(w *World) *cobra.Command {
	var f trustFlags
	var maxAge time.Duration
	cmd := &cobra.Command{
		Use:               "verify IMAGE",
		Short:             "Say whether what is signed about an image lets it into an environment",
		Long:              verifyHelp,
		Example:           verifyExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.verifies(cmd.Context()); err != nil {
				return err
			}
			return runVerify(cmd, w, &f, maxAge, args)
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&maxAge, "max-age", 0, "demand a verdict that is not older than this `time`; 0 demands none")
	completeFixed(cmd, "max-age")
	return cmd
}

// runVerify is one verification from flags to exit code.
func runVerify(cmd *cobra.Command, w *World, f *trustFlags, maxAge time.Duration, args []string) error {
	if maxAge < 0 {
		return usagef(cmd, "--max-age %s: expected 0 or more", maxAge)
	}
	options, err := textOptions(cmd, w, f.color)
	if err != nil {
		return err
	}
	s, err := f.look(cmd, w, args)
	if err != nil {
		return err
	}
	verdict := s.missing()
	if s.err == nil {
		result, _, err := s.verified(cmd.Context(), w)
		if err != nil {
			return err
		}
		verdict = admit.Judge(result, admit.Options{
			Trust: s.policy.Trust, Environment: s.environment.Key, Approval: s.environment.Approval == "proved", MaxAge: maxAge, Now: w.Now(),
		})
	}
	verdict.Reference, verdict.Environment = s.ref.String(), s.environment.Key
	if err := writeVerdict(w, f.output, verdict, options); err != nil {
		return err
	}
	return admitted(verdict)
}

// missing is the verdict on an image that could not be read.
func (s *subject) missing() admit.Verdict {
	if s.err == nil {
		return admit.Verdict{}
	}
	status := admit.Unknown
	if errors.Is(s.err, registry.ErrNotFound) {
		status = admit.Failed
	}
	return admit.Verdict{Version: 1, Status: status, Message: "the image: " + s.err.Error(), Checks: []admit.Check{{Name: "image", Status: status, Message: s.err.Error()}}}
}

// admitted turns a verdict into an exit code.
func admitted(v admit.Verdict) error {
	switch v.Status {
	case admit.Passed:
		return nil
	case admit.Failed:
		return exit(exitDenied)
	}
	return exit(exitFailed)
}

func writeVerdict(w *World, format string, v admit.Verdict, o report.Options) error {
	if format == "json" {
		return writeJSON(w, v)
	}
	var steps []report.Step
	for _, c := range v.Checks {
		step := report.Step{Outcome: string(c.Status), Name: c.Name, Text: c.Message}
		for _, s := range c.Signers {
			step.Facts = append(step.Facts, report.Fact{Name: "signed by", Value: s})
		}
		steps = append(steps, step)
	}
	whole := report.Step{Outcome: string(v.Status), Text: v.Message}
	return report.Steps(w.Out, v.Reference+" in "+v.Environment, steps, whole, o)
}
