package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
	"guard/internal/report"
)

// verifierID is guard as verification summaries name it.
const verifierID = "urn:guard"

const attestHelp = `With --attest the verdict is signed and attached to an image, by --key or without
one; see guard approve --help for that.`

// attestFlags are the flags by which guard check signs its verdict.
type attestFlags struct {
	image string
	sign  signFlags
}

func (f *attestFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.image, "attest", "", "sign the verdict (a SLSA verification summary) with --key or an identity token and attach it to `IMAGE@DIGEST`")
	completeFixed(cmd, "attest")
	f.sign.add(cmd)
}

// ready makes sure that this program can sign, where something is to be signed.
func (f *attestFlags) ready(ctx context.Context, w *World) error {
	if f.image == "" {
		return nil
	}
	return f.sign.ready(ctx, w)
}

// attester settles who signs; nil where nothing is to be signed. A verdict is
// about everything, so what looks at a part cannot be attested.
func (f *checkFlags) attester(cmd *cobra.Command, w *World) (*signer, error) {
	if f.attest.image == "" {
		for _, name := range []string{"key", "identity-token"} {
			if cmd.Flags().Changed(name) {
				return nil, usagef(cmd, "--%s needs --attest IMAGE@DIGEST", name)
			}
		}
		return nil, nil
	}
	for _, partial := range []string{"diff", "only", "skip", "lock"} {
		if cmd.Flags().Changed(partial) {
			return nil, usagef(cmd, "--attest and --%s exclude each other: a verdict is about everything", partial)
		}
	}
	return f.attest.sign.signer(cmd, w, &f.registry, f.attest.image)
}

// attest signs the outcome of a check. Without one, since guard could not look,
// there is nothing to sign. It gives the error that the check ended with.
func (s *signer) attest(ctx context.Context, o *check.Outcome, setup *setup, ended error) error {
	result := statement.Passed
	if code := exit(0); errors.As(ended, &code) && code == exitDenied {
		result = statement.Failed
	} else if ended != nil {
		return ended
	}
	predicate, err := s.summary(o, setup, result)
	if err != nil {
		return err
	}
	if err := s.attach(ctx, signature.PredicateVerificationSummary, predicate); err != nil {
		return err
	}
	return ended
}

// summary states by which rules and which configuration an outcome came about,
// and of which report it is the sum.
func (s *signer) summary(o *check.Outcome, setup *setup, result string) ([]byte, error) {
	format, err := report.Lookup("json")
	if err != nil {
		return nil, err
	}
	var whole strings.Builder
	if err := format.Write(&whole, o.Report, report.Options{}); err != nil {
		return nil, err
	}
	inputs := []statement.Resource{{URI: "urn:guard:report", Digest: digestOf(whole.String())}}
	if setup.config.File != "" {
		inputs = append(inputs, statement.Resource{URI: "urn:guard:config", Digest: digestOf(setup.config.Text)})
	}
	return statement.Summary{
		Verifier: statement.Verifier{ID: verifierID, Version: map[string]string{"guard": build().Version}}, TimeVerified: s.world.Now(),
		ResourceURI:       s.image.Repository + "@" + s.image.Digest,
		Policy:            statement.Resource{URI: "urn:guard:policies", Digest: map[string]string{"sha256": strings.TrimPrefix(setup.evaluator.Digest(), "sha256:")}},
		InputAttestations: inputs, VerificationResult: result,
	}.JSON()
}

func digestOf(text string) map[string]string {
	sum := sha256.Sum256([]byte(text))
	return map[string]string{"sha256": hex.EncodeToString(sum[:])}
}
