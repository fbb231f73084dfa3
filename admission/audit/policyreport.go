package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/report"
)

// PolicyReport is a PolicyReport of wgpolicyk8s.io/v1alpha2, or a
// ClusterPolicyReport where the objects lie in no namespace.
type PolicyReport struct {
	Group
	Name string
	Body []byte // JSON; the same for the same findings, so that nothing is written where nothing has changed
}

// The identity of guard's reports.
const (
	ReportVersion  = "wgpolicyk8s.io/v1alpha2"
	ReportPrefix   = "guard-"                                 // of their names; behind it stands the resource
	ReportSelector = "app.kubernetes.io/managed-by=" + source // that they have in common
	source         = "guard"
)

// The limits of a report, which keep it far below what the API server stores.
const (
	maxResults       = 500
	maxResultMessage = 1 << 10
)

// ReportOwner is what the reports go with: when it is deleted, the cluster
// deletes them.
type ReportOwner struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
}

// The parts of a report that guard writes.
// https://github.com/kubernetes-sigs/wg-policy-prototypes/tree/master/policy-report
type (
	policyReport struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Metadata   reportMetadata `json:"metadata"`
		Summary    reportSummary  `json:"summary"`
		Results    []reportResult `json:"results"`
	}
	reportMetadata struct {
		Name            string            `json:"name"`
		Namespace       string            `json:"namespace,omitempty"`
		Labels          map[string]string `json:"labels"`
		Annotations     map[string]string `json:"annotations,omitempty"`
		OwnerReferences []ReportOwner     `json:"ownerReferences,omitempty"`
	}
	reportSummary struct {
		Pass  int `json:"pass"`
		Fail  int `json:"fail"`
		Warn  int `json:"warn"`
		Error int `json:"error"`
		Skip  int `json:"skip"`
	}
	reportResult struct {
		Source    string           `json:"source"`
		Policy    string           `json:"policy"`
		Rule      string           `json:"rule,omitempty"`
		Severity  string           `json:"severity,omitempty"`
		Result    string           `json:"result"`
		Scored    bool             `json:"scored"`
		Message   string           `json:"message"`
		Resources []reportResource `json:"resources"`
	}
	reportResource struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Namespace  string `json:"namespace,omitempty"`
		Name       string `json:"name"`
		UID        string `json:"uid,omitempty"`
	}
)

// Reports writes what was found as PolicyReports, one for each namespace and
// resource in which something was. Owner may be nil.
func Reports(r *Result, owner *ReportOwner) ([]PolicyReport, error) {
	var all []PolicyReport
	for group, count := range r.Counts {
		body, err := json.Marshal(reportOf(group, count, r.Entries[group], owner))
		if err != nil {
			return nil, err
		}
		all = append(all, PolicyReport{Group: group, Name: ReportPrefix + group.Resource, Body: body})
	}
	slices.SortFunc(all, func(a, b PolicyReport) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Resource, b.Resource))
	})
	return all, nil
}

func reportOf(group Group, count *Count, entries []Entry, owner *ReportOwner) policyReport {
	p := policyReport{
		APIVersion: ReportVersion, Kind: "PolicyReport",
		Metadata: reportMetadata{Name: ReportPrefix + group.Resource, Namespace: group.Namespace, Labels: map[string]string{"app.kubernetes.io/managed-by": source}},
		Summary:  reportSummary{Fail: count.Denied, Warn: count.Warned + count.Audited, Error: count.Unread, Skip: count.Waived},
		Results:  []reportResult{},
	}
	if group.Namespace == "" {
		p.Kind = "ClusterPolicyReport"
	}
	if owner != nil {
		p.Metadata.OwnerReferences = []ReportOwner{*owner}
	}
	for _, e := range entries[:min(len(entries), maxResults)] {
		p.Results = append(p.Results, resultOf(e))
	}
	if left := count.all() - len(p.Results); left > 0 {
		p.Metadata.Annotations = map[string]string{"guard/left-out": fmt.Sprintf("%d results: at most %d are listed", left, maxResults)}
	}
	return p
}

func resultOf(e Entry) reportResult {
	r := reportResult{
		Source: source, Policy: "guard", Result: "error", Message: limited(e.Unread),
		Resources: []reportResource{{e.Object.APIVersion, e.Object.Kind, e.Object.Namespace, e.Object.Name, e.Object.UID}},
	}
	if f := e.Finding; f != nil {
		r.Policy, r.Severity, r.Message = f.Rule, f.Severity.String(), limited(report.Announced(*f))
		r.Result, r.Scored = verdict(f)
	}
	return r
}

// verdict is the word for what is done about a finding.
func verdict(f *finding.Finding) (result string, scored bool) {
	switch {
	case f.Waived != nil:
		return "skip", false
	case f.Action == finding.Deny:
		return "fail", true
	case f.Action == finding.Warn:
		return "warn", true
	}
	return "warn", false
}

func limited(text string) string {
	text = report.Clean(text)
	if len(text) > maxResultMessage {
		text = text[:maxResultMessage-3] + "..."
	}
	return report.Clean(text) // what was cut in the middle of a letter
}
