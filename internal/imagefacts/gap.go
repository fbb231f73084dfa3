package imagefacts

import (
	"fmt"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
)

// Gap is what is not known of an image.
type Gap struct {
	Field string // of the facts, that a rule asks for who wants to know it
	What  string // is not known, and why: "its signature: the registry does not answer"
}

// TrustGaps lists what is not known of what is signed about an image. Own is
// for one's own images, and sourcesNamed tells whether it is known from
// elsewhere which repositories they may be built from: see [NamesSources].
func TrustGaps(t document.TrustFacts, own, sourcesNamed bool) []Gap {
	if t.State == "unknown" {
		return []Gap{{"trust", "what is signed about it: " + t.Reason}}
	}
	var all []Gap
	if t.Signature.State == "unknown" {
		all = append(all, Gap{"signature", "its signature: " + t.Signature.Reason})
	}
	for _, a := range t.Attestations {
		if a.State == "unknown" {
			all = append(all, Gap{"attestations", fmt.Sprintf("its attestation %q: %s", a.Name, a.Reason)})
		}
	}
	if t.Approval.State == "unknown" {
		all = append(all, Gap{"approval", fmt.Sprintf("its approval for %s: %s", t.Approval.Environment, t.Approval.Reason)})
	}
	named := func(o document.OriginFacts) bool { return o.Source != "" }
	switch {
	case own && len(t.Origins) == 0:
		all = append(all, Gap{"origins", "what built it: there is no provenance that the trust policy demands and accepts"})
	case own && !slices.ContainsFunc(t.Origins, named):
		all = append(all, Gap{"expected", "what it was built from: its signed provenance names no repository"})
	case own && t.Expected == "" && !sourcesNamed:
		all = append(all, Gap{"expected", "whether it was built from the right repository: it is not known to be built here; name the right one in the parameter sources of " + sourceRule})
	}
	return all
}

// sourceRule is the rule that may be told which sources are expected.
const sourceRule = "provenance/source-mismatch"

// NamesSources tells whether the rules, as they are set, know which
// repositories images may be built from.
func NamesSources(rules []finding.Rule) bool {
	return !slices.ContainsFunc(rules, func(rule finding.Rule) bool {
		sources, ok := rule.Values["sources"].([]any)
		return rule.ID == sourceRule && ok && len(sources) == 0
	})
}
