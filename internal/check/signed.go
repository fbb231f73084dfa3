package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/transport"
	"guard/internal/trace"
)

// Verification holds images to a trust policy.
type Verification struct {
	Policy signature.Policy

	// Verify says what the policy accepts of what hangs on an image, which the
	// reference names. It bounds the time that all its answers take together.
	// It is nil where nobody can say so.
	Verify func(ctx context.Context, ref imageref.Reference, image signature.Image) (signature.Result, error)

	Unable string // why Verify is nil, a clause

	Source string // the repository that is checked, as package trace writes places; "" where not known
}

// maxVerified bounds the images whose signatures are looked at in a run, and
// parallelVerified how many at a time.
const (
	maxVerified      = 1000
	parallelVerified = 4
)

// content is what is signed: a digest in a repository.
type content struct {
	ref   imageref.Reference // one that names it
	image signature.Image
}

func contentOf(ref imageref.Reference, digest string) content {
	return content{ref, signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: digest}}
}

func (c content) compare(other content) int {
	return strings.Compare(c.image.Repository+"@"+c.image.Digest, other.image.Repository+"@"+other.image.Digest)
}

// verify looks once at what is signed about each image that the policy has an
// entry for: about the digest that its reference was resolved to.
func (r *run) verify(ctx context.Context) error {
	if r.Verification.Verify == nil {
		return nil
	}
	all := r.contents()
	answers := make([]document.TrustFacts, len(all))
	places := make(chan struct{}, parallelVerified)
	var group sync.WaitGroup
	for i, c := range all {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			answers[i] = r.verified(ctx, c)
		})
	}
	group.Wait()
	r.trusted = make(map[signature.Image]document.TrustFacts, len(all))
	for i, c := range all {
		r.trusted[c.image] = answers[i]
	}
	return context.Cause(ctx)
}

// contents are the images to look at, each once, in order.
func (r *run) contents() []content {
	var all []content
	for _, q := range r.allQuestions() {
		c := contentOf(q.ref, r.answers[q.key].facts.Digest)
		if q.trust && c.image.Digest != "" && r.Verification.Policy.Match(c.image) >= 0 {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, content.compare)
	all = slices.CompactFunc(all, func(a, b content) bool { return a.image == b.image })
	return all[:min(len(all), maxVerified)]
}

func (r *run) verified(ctx context.Context, c content) (facts document.TrustFacts) {
	defer func() {
		if value := recover(); value != nil {
			facts = untold("internal error")
		}
	}()
	result, err := r.Verification.Verify(ctx, c.ref, c.image)
	if err != nil {
		return untold(transport.Clean(err.Error()))
	}
	return r.trustFacts(result)
}

func untold(reason string) document.TrustFacts {
	return document.TrustFacts{State: "unknown", Reason: reason}
}

// trustFacts is a result as rules see it, judged as guard verify does.
func (r *run) trustFacts(result signature.Result) document.TrustFacts {
	checks := admit.Judge(result, admit.Options{Trust: r.Verification.Policy.Trust, AnyEnvironment: true, Now: r.Now}).Checks
	facts := document.TrustFacts{State: "judged"}
	if result.Signature != nil {
		facts.Signature, checks = signedFacts(*result.Signature, checks[0]), checks[1:]
	}
	for i, d := range result.Attestations {
		facts.Attestations = append(facts.Attestations, document.AttestationFacts{
			Name: transport.Clean(d.Name), PredicateType: transport.Clean(d.PredicateType), SignedFacts: signedFacts(d, checks[i]),
		})
	}
	for _, p := range trace.Provenances(result) {
		facts.Origins = append(facts.Origins, originFacts(p))
	}
	return facts
}

// maxSaid bounds what is kept of a text of provenance, in bytes.
const maxSaid = 1 << 10

func originFacts(p trace.Provenance) document.OriginFacts {
	said := func(text string) string { return transport.Clean(document.RedactText("", text, maxSaid)) }
	return document.OriginFacts{
		Signer: said(p.Signer), Builder: said(p.Builder), Workflow: said(p.Workflow), Source: said(p.Source), Commit: p.Commit, Trigger: said(p.Trigger),
	}
}

func signedFacts(d signature.Demand, c admit.Check) document.SignedFacts {
	facts := document.SignedFacts{State: "refused", Reason: transport.Clean(d.Message)}
	switch {
	case c.Status == admit.Passed:
		return document.SignedFacts{State: "trusted", Signers: cleaned(c.Signers)}
	case c.Status == admit.Unknown:
		facts.State = "unknown"
	case d.Status == signature.Unsigned:
		facts.State = "missing"
	case d.Status == signature.Satisfied: // and what it says does not hold
		facts.Reason = transport.Clean(c.Message)
	}
	return facts
}

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
