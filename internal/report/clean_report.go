package report

import "guard/internal/finding"

// How many characters of one text people get to see. JSON has all of them.
const (
	longMessage = 1_500
	longName    = 300
)

// cleaned copies r with every string made safe by [Clean]. Excerpts keep their
// bytes, because columns count them; what draws them cleans character by
// character.
func cleaned(r *finding.Report) *finding.Report {
	c := *r
	c.Tool = finding.Tool{Name: Clean(r.Tool.Name), Version: Clean(r.Tool.Version), Policies: Clean(r.Tool.Policies)}
	c.Findings = mapped(r.Findings, cleanFinding)
	c.Incomplete = mapped(r.Incomplete, cleanIncomplete)
	c.Ignored = mapped(r.Ignored, cleanIgnored)
	c.Pipelines = mapped(r.Pipelines, cleanPipeline)
	c.Rules = make(map[string]finding.Rule, len(r.Rules))
	for id, rule := range r.Rules {
		c.Rules[Clean(id)] = cleanRule(rule)
	}
	return &c
}

func mapped[T any](list []T, change func(T) T) []T {
	out := make([]T, len(list))
	for i, item := range list {
		out[i] = change(item)
	}
	return out
}

func cleanFinding(f finding.Finding) finding.Finding {
	f.Rule, f.Message, f.Remediation = Clean(f.Rule), limit(Clean(f.Message), longMessage), limit(flow(f.Remediation), longMessage)
	f.File, f.Path, f.Object = Clean(f.File), limit(Clean(f.Path), longName), limit(Clean(f.Object), longName)
	f.Fingerprint, f.DeniedFrom = Clean(f.Fingerprint), Clean(f.DeniedFrom)
	f.Related = mapped(f.Related, cleanRelated)
	f.Fix = cleanFix(f.Fix)
	f.Waived = cleanWaived(f.Waived)
	return f
}

func cleanRelated(r finding.Related) finding.Related {
	r.Message, r.File = limit(Clean(r.Message), longMessage), Clean(r.File)
	return r
}

func cleanFix(f *finding.Fix) *finding.Fix {
	if f == nil {
		return nil
	}
	return &finding.Fix{Description: limit(flow(f.Description), longMessage), Replacement: limit(Clean(f.Replacement), longMessage)}
}

func cleanWaived(w *finding.Waived) *finding.Waived {
	if w == nil {
		return nil
	}
	return &finding.Waived{Reason: limit(flow(w.Reason), longMessage), Owner: Clean(w.Owner), Expires: Clean(w.Expires), Source: Clean(w.Source)}
}

func cleanIncomplete(i finding.Incomplete) finding.Incomplete {
	i.File, i.Reason = Clean(i.File), limit(flow(i.Reason), longMessage)
	return i
}

func cleanIgnored(i finding.Ignored) finding.Ignored {
	i.Pattern, i.File = limit(flow(i.Pattern), longName), Clean(i.File)
	return i
}

// cleanRule keeps of a rule what the formats show.
func cleanRule(r finding.Rule) finding.Rule {
	return finding.Rule{
		ID: Clean(r.ID), Title: flow(r.Title), Description: flow(r.Description), Remediation: flow(r.Remediation),
		Severity: r.Severity, Action: r.Action, Custom: r.Custom, Since: Clean(r.Since),
		Kinds: mapped(r.Kinds, Clean), Needs: mapped(r.Needs, Clean), Frameworks: mapped(r.Frameworks, Clean), Related: mapped(r.Related, cleanLink),
	}
}

func cleanLink(l finding.RelatedLink) finding.RelatedLink {
	return finding.RelatedLink{URL: Clean(l.URL), Description: flow(l.Description)}
}
