package admission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guard/admission/trace"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/report"
)

// evaluated is an object with what the rules find in it.
type evaluated struct {
	documents []*document.Document // the first is of the text as a whole
	findings  []finding.Finding
	unread    string // why it could not be evaluated, or not by all rules; "" where it was
}

// told tells whether something was found already.
func (e *evaluated) told(f finding.Finding) bool {
	return slices.ContainsFunc(e.findings, func(known finding.Finding) bool {
		return known.Rule == f.Rule && known.Path == f.Path && known.Message == f.Message
	})
}

// evaluate reads an object and evaluates the rules on it that need no more, as
// guard check does on a file that holds it.
func (h *Handler) evaluate(ctx context.Context, r *Request, scope *scope, object []byte) evaluated {
	_, loading := trace.Start(ctx, "load")
	e := evaluated{documents: document.Load(objectFile, object, h.Documents)}
	loading.End(nil)
	ctx, evaluating := trace.Start(ctx, "evaluate")
	defer evaluating.End(nil)
	e.findings, e.unread = evaluateAll(ctx, scope.rules, e.documents)
	for _, d := range e.documents {
		if len(d.Unparsable) > 0 {
			e.unread = report.Clean(e.documents[0].Redact(d.Unparsable[0].Message))
		}
	}
	if e.unread == "" {
		e.unread = lacking(r, e.documents[1:])
	}
	return e
}

// evaluateAll evaluates rules on the documents of an object, of which the first
// is its text as a whole. Unread is why not all of them could be.
func evaluateAll(ctx context.Context, rules *policy.Evaluator, documents []*document.Document) (findings []finding.Finding, unread string) {
	whole := documents[0]
	for _, d := range documents {
		results, err := rules.Evaluate(ctx, d)
		if err != nil {
			unread = report.Clean(whole.Redact(err.Error()))
		}
		for _, result := range results {
			f := result.Finding
			f.Message, f.Path = report.Clean(whole.Redact(f.Message)), report.Clean(whole.RedactKnown(f.Path))
			findings = append(findings, f)
		}
	}
	slices.SortStableFunc(findings, finding.Finding.Compare)
	return findings, unread
}

// objectFile is what the object is called where a rule asks for a file. Its
// ending says that it is JSON, and nothing else.
const objectFile = "object.json"

// holders are the resources of Kubernetes itself that hold a Pod.
var holders = []Resource{
	{"", "v1", "pods"}, {"", "v1", "podtemplates"}, {"", "v1", "replicationcontrollers"},
	{"apps", "v1", "deployments"}, {"apps", "v1", "replicasets"}, {"apps", "v1", "statefulsets"}, {"apps", "v1", "daemonsets"},
	{"batch", "v1", "jobs"}, {"batch", "v1", "cronjobs"},
}

// Holders are the resources of Kubernetes itself that hold a Pod, those that
// make others before what they make. A webhook must be asked about all of them.
func Holders() []Resource {
	made := []string{"replicasets", "jobs", "pods"}
	all := slices.Clone(holders)
	slices.SortStableFunc(all, func(a, b Resource) int {
		return cmp.Compare(slices.Index(made, a.Resource), slices.Index(made, b.Resource))
	})
	return all
}

// lacking tells what an object should hold and does not: an empty list passes
// every rule.
func lacking(r *Request, documents []*document.Document) string {
	if len(documents) == 0 {
		return "the object is none of the Kubernetes API"
	}
	if !slices.ContainsFunc(holders, func(h Resource) bool { return h.Group == r.Resource.Group && h.Resource == r.Resource.Resource }) {
		return ""
	}
	for _, d := range documents {
		if d.Workload == nil || len(d.Workload.Containers) == 0 {
			return fmt.Sprintf("no container was found in a %s, though each has one", r.Kind)
		}
	}
	return ""
}

// findings are what was found, by what is to be done about it.
type findings struct{ denied, warned, audited []finding.Finding }

func parted(all []finding.Finding) (f findings) {
	for _, one := range all {
		switch one.Action {
		case finding.Deny:
			f.denied = append(f.denied, one)
		case finding.Warn:
			f.warned = append(f.warned, one)
		default:
			f.audited = append(f.audited, one)
		}
	}
	return f
}

// ids lists the rules of findings, each once, for an audit annotation.
func ids(findings []finding.Finding) string {
	var all []string
	for _, f := range findings {
		if !slices.Contains(all, f.Rule) {
			all = append(all, f.Rule)
		}
	}
	return cut(strings.Join(all, ","), maxAnnotation)
}

// maxAnnotation bounds the value of an audit annotation, in bytes.
const maxAnnotation = 1 << 10

// ended tells whether an evaluation was given up.
func ended(ctx context.Context) string {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "the time for the answer is over"
	case ctx.Err() != nil:
		return "the request was given up"
	}
	return ""
}
