package report

import (
	"fmt"
	"io"

	"guard/internal/finding"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifRoot is the base of all URIs: the root of the checkout.
const sarifRoot = "%SRCROOT%"

// sarifLimit is how many results GitHub's code scanning takes in one run. A
// longer report is cut to the worst, and says so.
const sarifLimit = 25_000

// writeSARIF writes what code scanning understands. Every place that was not
// looked at is a notification of the tool.
func writeSARIF(w io.Writer, r *finding.Report, _ Options) error {
	rules := newSARIFRules(r)
	kept := r.Findings
	if len(kept) > sarifLimit {
		kept = worstFirst(kept)[:sarifLimit]
		finding.Sort(kept)
	}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Clean(r.Tool.Name), Clean(r.Tool.Version), rules.list, map[string]string{"policies": Clean(r.Tool.Policies)}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: sarifNotifications(r, len(kept))}},
		URIBases:    map[string]sarifPlace{sarifRoot: {Description: &sarifText{Text: "The root of the checkout."}}},
		Results:     sarifResults(kept, rules),
		ColumnKind:  "unicodeCodePoints",
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func sarifNotifications(r *finding.Report, kept int) []sarifNotification {
	out := []sarifNotification{}
	for _, i := range r.Incomplete {
		where := finding.Location{File: i.File, Line: i.Line}
		out = append(out, sarifNotification{"warning", sarifText{Text: "Not looked at: " + flow(i.Reason)}, []sarifLocation{sarifAt(where)}})
	}
	if cut := len(r.Findings) - kept; cut > 0 {
		text := fmt.Sprintf("%d findings are left out, because code scanning takes %d.", cut, sarifLimit)
		out = append(out, sarifNotification{Level: "warning", Message: sarifText{Text: text}})
	}
	return out
}

func sarifResults(findings []finding.Finding, rules sarifRules) []sarifResult {
	out := make([]sarifResult, len(findings))
	seen := ordinals{}
	for i, f := range findings {
		out[i] = sarifResult{
			RuleID: Clean(f.Rule), RuleIndex: rules.index[f.Rule], Level: sarifLevel(f), Message: sarifText{Text: sarifMessage(Announced(f))},
			Locations: []sarifLocation{sarifHome(f)}, Related: sarifRelated(f), Fingerprints: sarifFingerprints(f, seen),
			Fixes: sarifFixes(f), Suppressions: sarifSuppressions(f.Waived), Properties: sarifProperties(f),
		}
	}
	return out
}

func sarifLevel(f finding.Finding) string {
	switch f.Action {
	case finding.Deny:
		return "error"
	case finding.Warn:
		return "warning"
	default:
		return "note"
	}
}

func sarifProperties(f finding.Finding) map[string]string {
	p := map[string]string{"severity": f.Severity.String(), "action": f.Action.String()}
	if f.Path != "" {
		p["path"] = Clean(f.Path)
	}
	if f.DeniedFrom != "" {
		p["deniedFrom"] = Clean(f.DeniedFrom)
	}
	return p
}

// sarifFingerprints gives the fingerprint by which code scanning follows an
// alert from run to run. Equal ones in a report are numbered.
func sarifFingerprints(f finding.Finding, seen ordinals) map[string]string {
	n := seen.next(f)
	return map[string]string{"primaryLocationLineHash": fmt.Sprintf("%s:%d", Clean(f.Fingerprint), n), "guardFingerprint/v1": Clean(f.Fingerprint)}
}

func sarifSuppressions(w *finding.Waived) []sarifSuppression {
	if w == nil {
		return []sarifSuppression{}
	}
	kind := "external"
	if w.Source == "inline" || w.Source == "annotation" {
		kind = "inSource"
	}
	return []sarifSuppression{{kind, "accepted", excuse(cleanWaived(w))}}
}

func sarifFixes(f finding.Finding) []sarifFix {
	region := sarifRegionOf(f.Location)
	if f.Fix == nil || f.Line == 0 || region.EndColumn == 0 {
		return nil
	}
	replacement := sarifReplacement{*region, sarifInsert{f.Fix.Replacement}}
	return []sarifFix{{sarifText{Text: sarifMessage(f.Fix.Description)}, []sarifChange{{sarifFile(f.File), []sarifReplacement{replacement}}}}}
}
