package admission

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imagefacts"
	"guard/internal/policy"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/report"
)

// Facts evaluates the rules that need to know what registries say of images,
// and asks for it. It is safe for concurrent use.
type Facts struct {
	Rules  *policy.Evaluator // those rules
	Trust  signature.Policy  // who must have signed what; without entries nothing that is signed is looked at
	Images Images
	Now    func() time.Time // nil: time.Now

	askedBy      map[string][]asking // by a field of the facts
	sourcesNamed bool                // the rules know which repositories images may be built from
}

// asking is a rule that asks for something, and what is done about its findings.
type asking struct {
	rule   string
	action finding.Action
}

// fieldImage stands for everything that a registry itself says of an image.
const fieldImage = "image"

// factFields are what may be unknown of an image while the rest is known.
var factFields = []string{"tag_digest", "secrets", "trust", "signature", "attestations", "approval", "origins", "expected"}

// NewFacts makes what evaluates rules by what images answers. What is signed is
// looked at where the trust policy has entries.
func NewFacts(rules *policy.Evaluator, trust signature.Policy, images Images) (*Facts, error) {
	f := &Facts{Rules: rules, Trust: trust, Images: images, askedBy: map[string][]asking{}, sourcesNamed: imagefacts.NamesSources(rules.Rules())}
	for _, field := range factFields {
		ids, err := rules.Asking(document.KindKubernetes, field)
		if err != nil {
			return nil, fmt.Errorf("the rules that need registries: %w", err)
		}
		f.note(field, func(rule finding.Rule) bool { return slices.Contains(ids, rule.ID) })
	}
	reading, err := rules.Asking(document.KindKubernetes, "facts")
	if err != nil {
		return nil, fmt.Errorf("the rules that need registries: %w", err)
	}
	f.note(fieldImage, func(rule finding.Rule) bool { return slices.Contains(reading, rule.ID) && needsImage(rule) })
	f.note(ruleNoDigest, func(rule finding.Rule) bool { return rule.ID == ruleNoDigest && f.evaluates(rule.ID) })
	return f, nil
}

// note remembers the rules that ask for a field.
func (f *Facts) note(field string, asks func(finding.Rule) bool) {
	for _, rule := range f.Rules.Rules() {
		if asks(rule) {
			f.askedBy[field] = append(f.askedBy[field], asking{rule.ID, rule.Action})
		}
	}
}

// needsImage tells whether a rule may want to know what an image is.
func needsImage(rule finding.Rule) bool {
	needs := slices.Contains(rule.Needs, policy.NeedRegistry) || saysNoNeeds(rule)
	return needs && !needsTrust(rule)
}

// saysNoNeeds tells whether a rule may need whatever there is, and does not say.
func saysNoNeeds(rule finding.Rule) bool { return rule.Custom && len(rule.Needs) == 0 }

func needsTrust(rule finding.Rule) bool { return slices.Contains(rule.Needs, policy.NeedTrustPolicy) }

// evaluates tells whether a rule is one of those that are evaluated.
func (f *Facts) evaluates(rule string) bool {
	return f != nil && slices.Contains(f.Rules.Active(document.KindKubernetes), rule)
}

// strictest is what is done about findings of the strictest rule that asks for
// a field, where a request is about.
func (f *Facts) strictest(s *scope, field string) finding.Action {
	strictest := finding.Off
	for _, a := range f.askedBy[field] {
		action, differs := s.namespaces.Action(a.rule)
		if !differs {
			action = a.action
		}
		action, _ = s.rules.Act(a.rule, action)
		strictest = max(strictest, action)
	}
	return strictest
}

// wants is what some rule wants to know of images, where a request is about.
type wants struct{ image, tags, trust bool }

func (f *Facts) wants(s *scope) wants {
	return wants{
		image: f.strictest(s, fieldImage) > finding.Off,
		tags:  f.strictest(s, "tag_digest") > finding.Off,
		trust: len(f.Trust.Trust) > 0 && f.strictest(s, "trust") > finding.Off,
	}
}

// looked is what came of looking at the images that an object brings in.
type looked struct {
	findings []finding.Finding // with the actions that hold
	unknown  string            // why a rule that denies cannot be evaluated; "" where all can
	warned   []string          // what rules that only warn want to know, and nobody does
	audited  []string          // the same of rules that only record
}

// miss says what is not known, by what is done about the strictest rule that
// wants to know it.
func (l *looked) miss(action finding.Action, what string) {
	what = report.Clean(what)
	switch action {
	case finding.Deny:
		if l.unknown == "" {
			l.unknown = what
		}
	case finding.Warn:
		l.warned = append(l.warned, what)
	case finding.Audit:
		l.audited = append(l.audited, what)
	}
}

// look asks for the facts of the images that a request brings in, and evaluates
// the rules that need them.
func (h *Handler) look(ctx context.Context, r *Request, s *scope, now evaluated) (l looked) {
	f := h.Facts
	if f == nil {
		return l
	}
	w := f.wants(s)
	if w == (wants{}) && f.strictest(s, ruleNoDigest) == finding.Off {
		return l
	}
	fresh := h.newImages(r, now.documents)
	if len(fresh.images) == 0 {
		return l
	}
	judging := h.judging(s, f)
	var asked map[string]answer
	if why := stepAside(ctx, r.Namespace); why != "" {
		asked = askedNobody(fresh.images, why)
	} else {
		asked = f.ask(ctx, fresh.images, pullerOf(r, now.documents), w, judging)
	}
	for _, image := range fresh.images {
		f.tell(&l, s, w, image, asked[questionKey(image.Reference)])
	}
	findings, unread := evaluateAll(ctx, f.Rules.At(judging.Now), now.documents)
	if why := ended(ctx); why != "" {
		unread = why
	}
	if unread != "" {
		l.miss(finding.Deny, unread)
	}
	findings = slices.DeleteFunc(findings, func(f finding.Finding) bool { return fresh.old[f.Path] || now.told(f) })
	l.findings = s.settle(hinted(findings, fresh.images))
	return l
}

// judging is how what is signed is judged where a request is about.
func (h *Handler) judging(s *scope, f *Facts) admit.Options {
	now := time.Now
	if f.Now != nil {
		now = f.Now
	}
	o := admit.Options{Trust: f.Trust.Trust, Environment: s.namespaces.Environment, Now: now()}
	for _, e := range h.Environments {
		o.Approval = o.Approval || e.Key == o.Environment && demandsApproval(e)
	}
	return o
}

// tell gives an image its facts, and says which of them are not known.
func (f *Facts) tell(l *looked, s *scope, w wants, at imageAt, a answer) {
	facts := a.facts
	at.document.Tell(at.Image, facts)
	miss := func(field, what string) {
		l.miss(f.strictest(s, field), fmt.Sprintf("%s: image %q: %s", at.Holder, short(at.Raw), what))
	}
	if w.image && !facts.Known {
		miss(fieldImage, "what it is is not known: "+facts.Reason)
	}
	if w.image && at.Own && facts.MoreSecrets {
		miss("secrets", "its configuration and history hold more than is looked at for secrets")
	}
	if w.tags && a.tag != "" {
		miss("tag_digest", "what its tag names today is not known: "+a.tag)
	}
	if !w.trust {
		return
	}
	for _, gap := range imagefacts.TrustGaps(facts.Trust, at.Own, f.sourcesNamed) {
		miss(gap.Field, gap.What)
	}
}

// ruleNoDigest is the rule by which a trust policy wants digests.
const ruleNoDigest = "image/not-digest-pinned"

// hinted says which digest to write, where a rule wants one and it is known: a
// validating webhook cannot write it itself.
func hinted(findings []finding.Finding, images []imageAt) []finding.Finding {
	for i := range findings {
		for _, image := range images {
			if f := &findings[i]; f.Rule == ruleNoDigest && f.Path == image.Path.String() && image.Facts.Digest != "" {
				f.Remediation = fmt.Sprintf("Name the image by its digest: %s@%s is what it names now; guard pin writes it.", report.Clean(image.Raw), image.Facts.Digest)
			}
		}
	}
	return findings
}
