package audit

import (
	"cmp"
	"context"
	"fmt"

	"guard/admission"
	"guard/internal/finding"
)

// result collects everything into one report.
func (r *run) result() *Result {
	out := &Result{
		Entries: r.all.entries, Counts: r.all.counts, Rules: r.all.rules, Unlisted: r.unlisted,
		Objects: r.all.objects, Exempt: r.all.exempt, Idle: r.all.idle, Unread: r.all.unread,
	}
	for _, count := range r.all.counts {
		out.Denied += count.Denied
	}
	findings, left := r.all.findings()
	if left > 0 {
		r.all.incomplete = append(r.all.incomplete, finding.Incomplete{File: "audit", Reason: fmt.Sprintf("%d more findings are left out: at most %d are listed", left, maxFindings)})
	}
	if r.all.unsaid > 0 {
		r.all.incomplete = append(r.all.incomplete, finding.Incomplete{File: "audit", Reason: fmt.Sprintf("%d more things were not looked at", r.all.unsaid)})
	}
	out.Report = &finding.Report{
		Version: 1, Tool: finding.Tool{Name: "guard", Version: r.Version, Policies: r.Handler.Policies.Digest()},
		Findings: findings, Incomplete: r.all.incomplete, Rules: map[string]finding.Rule{},
		Summary: finding.Summary{Files: out.Objects, Documents: out.Objects},
	}
	for _, rule := range r.Handler.Policies.Rules() {
		out.Report.Rules[rule.ID] = rule
	}
	out.Report.Summarize()
	return out
}

// String says in a line what was judged and what was not.
func (r *Result) String() string {
	text := fmt.Sprintf("%d objects judged, %d findings denied", r.Objects, r.Denied)
	for _, rest := range []struct {
		n    int
		what string
	}{
		{r.Exempt, "left out in exempt namespaces"},
		{r.Idle, "left out that are to have no Pod"},
		{r.Unread, "not looked at"},
	} {
		if rest.n > 0 {
			text += fmt.Sprintf(", %d %s", rest.n, rest.what)
		}
	}
	return text
}

func compareEntries(a, b Entry) int {
	if a.Finding != nil && b.Finding != nil {
		return a.Finding.Compare(*b.Finding)
	}
	return cmp.Or(cmp.Compare(a.Object.File(), b.Object.File()), cmp.Compare(a.Unread, b.Unread))
}

// remembered asks for the labels of a namespace once in a run, so that all its
// objects are judged alike.
type remembered struct {
	of     admission.Namespaces
	labels map[string]map[string]string
}

// maxNamespaces bounds how many namespaces are remembered.
const maxNamespaces = 50_000

// Labels implements [admission.Namespaces].
func (r *remembered) Labels(ctx context.Context, namespace string) (map[string]string, error) {
	if labels, known := r.labels[namespace]; known {
		return labels, nil
	}
	labels, err := r.of.Labels(ctx, namespace)
	if err == nil && len(r.labels) < maxNamespaces {
		r.labels[namespace] = labels
	}
	return labels, err
}
