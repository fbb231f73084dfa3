package admission

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"guard/admission/trace"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/report"
)

// Trust demands proof of where images come from.
type Trust struct {
	Policy signature.Policy // who must have signed what; without entries nothing is demanded
	Images Images
	Now    func() time.Time // nil: time.Now

	once sync.Once
	room *semaphore.Weighted // for images that are being looked at
}

// maxAsking is how many images are looked at, at the same time. A review that
// waits for a registry keeps none that need no registry from being answered.
const maxAsking = 64

// proof is what came of asking for the proof of one image.
type proof struct {
	image   *document.Image
	verdict admit.Verdict
	err     error

	signature signature.Status // of what is demanded besides attestations; "" where nothing is
	digest    string           // of a tag, for whom is to write it; "" where it is not known
}

// demanded tells whether proof is asked for.
func (t *Trust) demanded() bool { return t != nil && len(t.Policy.Trust) > 0 }

// findings are what lacks proof among the images of an object. Unknown is why
// it cannot be said of one; "" where it can of all.
func (t *Trust) findings(ctx context.Context, images []*document.Image, as Puller, environment string, approval bool) (lacking []finding.Finding, unknown string) {
	proofs := make([]proof, len(images))
	var group sync.WaitGroup
	for i, image := range images {
		group.Go(func() { proofs[i] = t.prove(ctx, image, as, environment, approval) })
	}
	group.Wait()
	for _, p := range proofs {
		switch {
		case p.err != nil:
			unknown = fmt.Sprintf("%s: %v", p.image.Holder, p.err)
		case p.verdict.Status == admit.Unknown:
			unknown = fmt.Sprintf("%s: %s", p.image.Holder, p.verdict.Message)
		default:
			lacking = append(lacking, p.findings()...)
		}
	}
	return lacking, report.Clean(unknown)
}

// prove asks for the proof of one image. One without digest has none: what the
// node pulls later may be something else.
func (t *Trust) prove(ctx context.Context, image *document.Image, as Puller, environment string, approval bool) (p proof) {
	defer func() {
		if value := recover(); value != nil {
			p = proof{image: image, err: fmt.Errorf("an error inside of guard: %v", value)}
		}
	}()
	p.image = image
	ctx, span := trace.Start(ctx, "trust")
	span.Set("guard.image", image.Raw)
	defer func() { span.End(p.err) }()
	t.once.Do(func() { t.room = semaphore.NewWeighted(maxAsking) })
	if err := t.room.Acquire(ctx, 1); err != nil {
		p.err = fmt.Errorf("no proof in time: %w", err)
		return p
	}
	defer t.room.Release(1)
	ref := image.Reference
	if ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved {
		p.err = fmt.Errorf("image %q is no reference: %s", short(image.Raw), cmp.Or(ref.Invalid, ref.BadDigest, ref.Reason))
		return p
	}
	if ref.Digest == "" {
		p.digest, _ = t.Images.Digest(ctx, ref, as) // a hint; without it the denial is the same
		return p
	}
	result, err := t.Images.Verify(ctx, byDigest(ref), as)
	if err != nil {
		p.err = err
		return p
	}
	if result.Signature != nil {
		p.signature = result.Signature.Status
	}
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	p.verdict = admit.Judge(result, admit.Options{Trust: t.Policy.Trust, Environment: environment, Approval: approval, Now: now()})
	return p
}

func byDigest(ref imageref.Reference) imageref.Reference {
	ref.Tag = ""
	return ref
}

// The rules that a lack of proof breaks.
const (
	ruleNoDigest    = "image/not-digest-pinned"
	ruleUnsigned    = "provenance/signature-missing"
	ruleUntrusted   = "provenance/signature-untrusted"
	ruleAttestation = "provenance/attestation-missing"
)

func (p *proof) findings() []finding.Finding {
	if p.image.Digest == "" {
		return []finding.Finding{p.finding(ruleNoDigest, fmt.Sprintf("image %q has no digest, and only of a digest it can be proved who made it", p.image.Raw), p.pinned())}
	}
	var all []finding.Finding
	for _, c := range p.verdict.Checks {
		if c.Status == admit.Passed {
			continue
		}
		rule := ruleAttestation
		if c.Name == "signature" || c.Name == "trust" {
			rule = p.signatureRule()
		}
		all = append(all, p.finding(rule, fmt.Sprintf("image %q: %s: %s", p.image.Raw, c.Name, c.Message), "Deploy an image that the trust policy accepts; guard verify says what it lacks."))
	}
	if len(all) == 0 && p.verdict.Status != admit.Passed {
		all = append(all, p.finding(p.signatureRule(), fmt.Sprintf("image %q: %s", p.image.Raw, p.verdict.Message), ""))
	}
	return all
}

// signatureRule is the rule that a signature which does not hold breaks: there
// is none, or it is of somebody else.
func (p *proof) signatureRule() string {
	if p.signature == signature.Unsigned {
		return ruleUnsigned
	}
	return ruleUntrusted
}

func (p *proof) pinned() string {
	if p.digest == "" {
		return "Name the image by its digest; guard pin writes it."
	}
	return fmt.Sprintf("Name the image by its digest: %s@%s is what it names now; guard pin writes it.", p.image.Raw, p.digest)
}

func (p *proof) finding(rule, message, remediation string) finding.Finding {
	return finding.Finding{
		Rule: rule, Severity: finding.High, Action: finding.Deny, Path: p.image.Path.String(),
		Message: report.Clean(p.image.Holder + ": " + message), Remediation: report.Clean(remediation),
	}
}

// newImages are the images that an object lets nodes pull and that it did not
// before.
func newImages(documents, before []*document.Document) []*document.Image {
	known := map[string]bool{}
	for _, image := range imagesOf(before) {
		known[imageKey(image)] = true
	}
	return slices.DeleteFunc(imagesOf(documents), func(image *document.Image) bool { return known[imageKey(image)] })
}

func imagesOf(documents []*document.Document) []*document.Image {
	var all []*document.Image
	for _, d := range documents {
		for i := range d.Images {
			all = append(all, &d.Images[i])
		}
	}
	return all
}

func imageKey(image *document.Image) string { return key(image.Role, image.Holder, image.Raw) }
