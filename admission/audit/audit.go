package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/admission"
	"guard/internal/finding"
)

// Options say what is audited, and how.
type Options struct {
	Handler    *admission.Handler
	Lister     Lister
	Namespaces []string // only these; none: all
	Now        time.Time
	Version    string // of guard, for the report

	Progress func(resource string, objects int) // called for each object, with how many there have been; nil: nobody asks
	Tell     func(what string)                  // called with what people may want to know; nil: nobody does
}

// maxFindings bounds how many findings are kept. Those behind are counted.
const maxFindings = 20_000

// Entry is something that is said of an object.
type Entry struct {
	Object  Object           // without its text
	Finding *finding.Finding // nil: it could not be judged
	Unread  string           // why, then
}

// Group is what one PolicyReport is for: the objects of a resource in a
// namespace.
type Group struct{ Namespace, Resource string }

// Count counts what was found in a group.
type Count struct{ Denied, Warned, Audited, Waived, Unread int }

// Result is what came of an audit.
type Result struct {
	Report   *finding.Report
	Entries  map[Group][]Entry // what was found and could not be judged, at most so much
	Counts   map[Group]*Count  // all of it
	Rules    map[Told]int      // how often each rule was told of
	Unlisted []string          // the resources of which not every object was listed

	Objects int // judged
	Exempt  int // left out, since their namespaces are exempt
	Idle    int // left out, since they are to have no Pod and something else controls them
	Unread  int // that should have been judged and could not be, and resources that could not be listed
	Denied  int // findings that are denied, those that are not kept among them
}

// Run audits a cluster. An error means that guard could not look at all, or was
// ended; a resource that cannot be listed is in the report.
func Run(ctx context.Context, o Options) (*Result, error) {
	h := *o.Handler
	h.Policies, h.Facts = h.Policies.GivingUp(), h.Facts.Once()
	if h.Namespaces != nil {
		h.Namespaces = &remembered{of: h.Namespaces, labels: map[string]map[string]string{}}
	}
	o.Handler = &h
	resources, unserved, err := o.resources(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{Options: &o, owners: newOwners(), all: newPart(maxFindings)}
	for _, kind := range unserved {
		r.tell(kind + " is configured, and the cluster does not serve it")
	}
	for _, resource := range resources {
		if err := r.resource(ctx, resource); err != nil {
			return nil, err
		}
	}
	return r.result(), nil
}

// resources are those to list, owners before what they own.
func (o *Options) resources(ctx context.Context) (all []admission.Resource, unserved []string, err error) {
	for _, pod := range o.Handler.Documents.Pods {
		resource, known, err := o.Lister.Resource(ctx, pod.Group, pod.Kind)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("look for the kind %s of %q: %w", pod.Kind, pod.Group, err)
		case !known:
			unserved = append(unserved, pod.Kind+"."+pod.Group)
		default:
			all = append(all, resource)
		}
	}
	for _, resource := range admission.Holders() {
		if !slices.ContainsFunc(all, func(r admission.Resource) bool { return r.String() == resource.String() }) {
			all = append(all, resource)
		}
	}
	return all, unserved, nil
}

// run is the state of one audit.
type run struct {
	*Options
	owners   *owners
	all      *part
	unlisted []string
}

// resource audits all objects of a resource. Only what ends the run is an
// error.
func (r *run) resource(ctx context.Context, resource admission.Resource) error {
	namespaces := slices.Compact(slices.Sorted(slices.Values(r.Namespaces)))
	if len(namespaces) == 0 {
		namespaces = []string{""}
	}
	for _, namespace := range namespaces {
		complete, err := r.list(ctx, resource, namespace)
		if err != nil {
			return err
		}
		if name := resource.String(); !complete && !slices.Contains(r.unlisted, name) {
			r.unlisted = append(r.unlisted, name)
		}
	}
	return nil
}

// list audits the objects of a resource in a namespace; "" are all. What the
// list brings before it starts anew counts no more.
func (r *run) list(ctx context.Context, resource admission.Resource, namespace string) (complete bool, err error) {
	p := newPart(r.all.room)
	err = r.Lister.List(ctx, resource, namespace, func(object Object) error {
		r.object(ctx, p, &object)
		r.progress(resource, r.all.objects+p.objects)
		return ctx.Err()
	}, func(why string) {
		p = newPart(r.all.room)
		r.tell(resource.String() + ": the list starts anew: " + why)
	})
	if ctx.Err() != nil {
		return false, fmt.Errorf("audit %s: %w", resource, ctx.Err())
	}
	if err != nil {
		p.unlisted(strings.Trim(namespace+"/"+resource.String(), "/"), err)
	}
	r.all.add(p)
	return err == nil, nil
}

// object judges one object, and keeps what its owner does not have.
func (r *run) object(ctx context.Context, p *part, object *Object) {
	owned := r.owners.owns(object)
	if owned && object.Idle {
		p.idle++
		return
	}
	i := r.Handler.Inspect(ctx, object.Existing, r.Now)
	object.Object = nil // nothing of it is kept
	if i.Exempt != "" {
		p.exempt++
		return
	}
	p.objects++
	if object.Resource.Resource != "pods" {
		r.owners.remember(object, i.Findings)
	}
	if owned {
		i.Findings = r.owners.fresh(object, i.Findings)
	}
	p.keep(object, i, owned)
}

func (r *run) progress(resource admission.Resource, objects int) {
	if r.Progress != nil {
		r.Progress(resource.String(), objects)
	}
}

func (r *run) tell(what string) {
	if r.Tell != nil {
		r.Tell(what)
	}
}
