package admission

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/report"
)

// Existing is an object that a cluster holds already.
type Existing struct {
	Resource  Resource
	Kind      string // "Deployment"
	Namespace string // "" for what lies in none
	Name      string
	Object    []byte // as JSON
}

// File is what a report calls the object where it would name a file:
// Deployment/shop/web.
func (e *Existing) File() string {
	if e.Namespace == "" {
		return e.Kind + "/" + e.Name
	}
	return e.Kind + "/" + e.Namespace + "/" + e.Name
}

// Inspection is what came of looking at an object that exists.
type Inspection struct {
	Exempt     string            // why nothing was judged; "" where it was
	Findings   []finding.Finding // with the actions that hold in the namespace; none has a line
	Incomplete []string          // what could not be followed in it
	Unread     string            // why it could not be judged, or not by all rules; "" where it could
}

// Inspect judges an object that exists as [Handler.Review] judges one that is
// created. Now decides which waivers have ended: those of the configuration and
// of the object's own annotations mark findings here, as they do for guard
// check, and admit nothing.
func (h *Handler) Inspect(ctx context.Context, e Existing, now time.Time) (i Inspection) {
	defer func() {
		if value := recover(); value != nil {
			i = Inspection{Unread: report.Clean(fmt.Sprintf("an error inside of guard: %v", value))}
		}
	}()
	r := Request{Kind: e.Kind, Resource: e.Resource, Name: e.Name, Namespace: e.Namespace, Operation: Create, Object: e.Object}
	scope, err := h.scope(ctx, &r)
	scope.now, scope.rules = now, h.Policies.At(now)
	switch {
	case err != nil:
		return Inspection{Unread: report.Clean(err.Error())}
	case scope.exempt != "":
		return Inspection{Exempt: scope.exempt}
	}
	found := h.evaluate(ctx, &r, &scope, e.Object)
	i = Inspection{Findings: scope.settle(found.findings), Unread: cmp.Or(ended(ctx), found.unread)}
	l := h.look(ctx, &r, &scope, found)
	i.Findings, i.Unread = append(i.Findings, l.findings...), cmp.Or(i.Unread, l.unknown)
	i.Incomplete = slices.Concat(l.warned, l.audited)
	locate(&e, i.Findings)
	w := waivers{handler: h, now: now, file: e.File(), documents: found.documents}
	ineffective, err := w.apply(ctx, i.Findings)
	if err != nil {
		i.Unread = cmp.Or(i.Unread, report.Clean(err.Error()))
	}
	i.Findings = append(i.Findings, scope.settle(ineffective)...)
	if scope.warn {
		warned(i.Findings)
	}
	i.split(found.documents)
	return i
}

// warned turns denials into warnings, where nothing is denied.
func warned(findings []finding.Finding) {
	for n := range findings {
		if findings[n].Action == finding.Deny {
			findings[n].Action = finding.Warn
		}
	}
}

// locate says where findings are: at the object. Lines of JSON that nobody has
// written tell nothing.
func locate(e *Existing, findings []finding.Finding) {
	for n := range findings {
		f := &findings[n]
		f.Location, f.Object, f.Fix = finding.Location{File: e.File()}, e.File(), nil
		f.Related = slices.Clone(f.Related)
		for i := range f.Related {
			f.Related[i].Location, f.Related[i].Message = finding.Location{File: e.File()}, report.Clean(f.Related[i].Message)
		}
		f.Fingerprint = fingerprint(f)
	}
}

// fingerprint identifies a finding by the object and what is said of it.
func fingerprint(f *finding.Finding) string {
	h := sha256.New()
	for _, part := range []string{f.Rule, f.File, f.Message} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ruleIncomplete turns what could not be followed into findings, for those who
// want it denied.
const ruleIncomplete = "analysis/incomplete"

// split lists what could not be followed apart from findings, as guard check
// does, where it is not denied.
func (i *Inspection) split(documents []*document.Document) {
	i.Findings = slices.DeleteFunc(i.Findings, func(f finding.Finding) bool {
		return f.Rule == ruleIncomplete && f.Action != finding.Deny && f.Waived == nil
	})
	for _, d := range documents {
		for _, p := range d.Incomplete {
			i.Incomplete = append(i.Incomplete, report.Clean(documents[0].Redact(p.Message)))
		}
	}
	slices.SortFunc(i.Incomplete, strings.Compare)
	i.Incomplete = slices.Compact(i.Incomplete)
}
