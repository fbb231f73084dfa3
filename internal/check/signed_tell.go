package check

import (
	"fmt"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
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
	for _, u := range r.unknowns(facts.Trust, image.Own) {
		asks, err := r.asks(d.Kind, u.field)
		if err != nil {
			return err
		}
		if asks {
			d.LeaveUnknown(image, u.what)
		}
	}
	return nil
}

// unknown is what is not known, and the field that a rule asks for who wants
// to know it.
type unknown struct{ field, what string }

// unknowns lists what is not known of an image.
func (r *run) unknowns(t document.TrustFacts, own bool) []unknown {
	if t.State == "unknown" {
		return []unknown{{"trust", "what is signed about it: " + t.Reason}}
	}
	var all []unknown
	if t.Signature.State == "unknown" {
		all = append(all, unknown{"signature", "its signature: " + t.Signature.Reason})
	}
	for _, a := range t.Attestations {
		if a.State == "unknown" {
			all = append(all, unknown{"attestations", fmt.Sprintf("its attestation %q: %s", a.Name, a.Reason)})
		}
	}
	named := func(o document.OriginFacts) bool { return o.Source != "" }
	switch {
	case own && len(t.Origins) == 0:
		all = append(all, unknown{"origins", "what built it: there is no provenance that the trust policy demands and accepts"})
	case own && !slices.ContainsFunc(t.Origins, named):
		all = append(all, unknown{"expected", "what it was built from: its signed provenance names no repository"})
	case own && t.Expected == "" && !r.sourcesNamed:
		all = append(all, unknown{"expected", "whether it was built from the right repository: it is not known to be built here; name the right one in the parameter sources of " + sourceRule})
	}
	return all
}

// sourceRule is the rule that may be told which sources are expected.
const sourceRule = "provenance/source-mismatch"

// namesSources tells whether it is. Where there are no rules, it may be.
func (r *run) namesSources() bool {
	if r.Evaluator == nil {
		return true
	}
	return !slices.ContainsFunc(r.Evaluator.Rules(), func(rule finding.Rule) bool {
		sources, ok := rule.Values["sources"].([]any)
		return rule.ID == sourceRule && ok && len(sources) == 0
	})
}

// trust is what the trust policy makes of an image. That no entry is for it is
// known without looking.
func (r *run) trust(image signature.Image) document.TrustFacts {
	facts, known := r.trusted[image]
	switch {
	case r.Verification.Policy.Match(image) < 0:
		return document.TrustFacts{State: "untrusted"}
	case r.Verification.Verify == nil:
		return untold(r.Verification.Unable)
	case !known:
		return untold(fmt.Sprintf("more than %d images: it was not looked at", maxVerified))
	}
	return facts
}
