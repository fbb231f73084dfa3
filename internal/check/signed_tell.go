package check

import (
	"fmt"

	"guard/internal/document"
	"guard/internal/imagefacts"
	"guard/internal/registry/signature"
)

// tellTrust says what the trust policy makes of an image that the registry
// has, where a rule wants to know.
func (r *run) tellTrust(d *document.Document, image *document.Image, facts *document.ImageFacts) error {
	asks, err := r.asks(d.Kind, "trust")
	if err != nil || !asks || r.Verification == nil || !facts.Exists {
		return err
	}
	facts.Trust = r.trust(contentOf(image.Reference, facts.Digest).image)
	if r.facts.Builds(image) {
		facts.Trust.Expected = r.Verification.Source
	}
	for _, gap := range imagefacts.TrustGaps(facts.Trust, image.Own, r.sourcesNamed) {
		asks, err := r.asks(d.Kind, gap.Field)
		if err != nil {
			return err
		}
		if asks {
			d.LeaveUnknown(image, gap.What)
		}
	}
	return nil
}

// namesSources tells whether it is known from elsewhere which repositories
// images may be built from. Where there are no rules, it may be.
func (r *run) namesSources() bool {
	return r.Evaluator == nil || imagefacts.NamesSources(r.Evaluator.Rules())
}

// trust is what the trust policy makes of an image. That no entry is for it is
// known without looking.
func (r *run) trust(image signature.Image) document.TrustFacts {
	facts, known := r.trusted[image]
	switch {
	case r.Verification.Policy.Match(image) < 0:
		return document.TrustFacts{State: "untrusted"}
	case r.Verification.Verify == nil:
		return imagefacts.Untold(r.Verification.Unable)
	case !known:
		return imagefacts.Untold(fmt.Sprintf("more than %d images: it was not looked at", maxVerified))
	}
	return facts
}
