package admission

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/registry/signature"
)

// asks says for which rules registries are asked. By default none is.
type asks struct {
	images bool // for those about what an image is
	trust  bool // for those about what is signed about it
}

func asksOf(c *config.Config, outside *Outside) asks {
	return asks{images: c.Admission.Registry || outside.Ask, trust: len(c.Trust.Trust) > 0}
}

// demanded are the rules that a trust policy is about. Whoever writes one wants
// it to hold, whatever the profile and the severity to fail on; what the
// configuration says of a rule by its name counts more.
var demanded = []string{ruleNoDigest, "provenance/signature-missing", "provenance/signature-untrusted", "provenance/attestation-missing", "kubernetes/production-approval"}

// cloned are the rules that compare an image with the repository that it comes
// from. There is none in a cluster.
var cloned = []string{"provenance/unknown-commit", "provenance/labels-inherited"}

// settings are those of a configuration, where so much is asked.
func (a asks) settings(c *config.Config) policy.Settings {
	s := policy.Configured(c)
	s.Now, s.Skip = time.Now(), cloned
	if a.trust {
		s.Demands = demanded
	} else {
		s.Unasked = append(s.Unasked, policy.NeedTrustPolicy)
	}
	if !a.trust && !a.images {
		s.Unasked = append(s.Unasked, policy.NeedRegistry)
	}
	return s
}

// first tells whether a rule is evaluated before registries are asked.
func (a asks) first(r finding.Rule) bool {
	return len(r.Needs) == 0 && !(a.trust && r.ID == ruleNoDigest)
}

// later tells whether a rule is evaluated when registries have been asked: those
// that need it, the one whose message is to name a digest, and rules of users,
// which may read facts without saying so.
func (a asks) later(r finding.Rule) bool {
	switch {
	case needsTrust(r), r.ID == ruleNoDigest:
		return a.trust
	case saysNoNeeds(r):
		return a.images || a.trust
	case needsImage(r):
		return a.images
	}
	return false
}

// facts makes what evaluates those rules; nil where nothing is asked. The files
// of a trust policy lie beside the configuration.
func (a asks) facts(dir fs.FS, c *config.Config, evaluator *policy.Evaluator, outside *Outside) (*Facts, error) {
	switch {
	case a == (asks{}):
		return nil, nil
	case outside.Registry == nil && a.trust:
		return nil, errors.New("the configuration has a trust policy, and guard runs without registries")
	case outside.Registry == nil:
		return nil, errors.New("registries are to be asked for images, and guard runs without them")
	}
	var trust signature.Policy
	if a.trust {
		var err error
		if trust, err = c.ReadTrust(readBeside(dir), policy.CompileCondition); err != nil {
			return nil, err
		}
	}
	images, err := outside.images(trust)
	if err != nil {
		return nil, fmt.Errorf("trust: %w", err)
	}
	return NewFacts(evaluator.Only(a.later), trust, images)
}

// images asks registries, and goes on with what is known of images where it was
// held to the same trust policy before.
func (o *Outside) images(trust signature.Policy) (Images, error) {
	if known, ok := o.before.(*registries); ok {
		if same, err := known.holdsTo(trust); same || err != nil {
			return known, err
		}
	}
	return NewImages(o.Registry, trust, o.Secrets)
}

// demandsApproval tells whether an image needs a proved approval for an
// environment.
func demandsApproval(e config.Environment) bool { return e.Approval == "proved" }
