package admission

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// Handler decides about requests by one set of rules. It is immutable and safe
// for concurrent use.
type Handler struct {
	Policies  *policy.Evaluator
	Documents document.Options // how objects are read: images of one's own, more kinds that hold a Pod

	Facts        *Facts               // the rules that need to know what registries say of images; nil: none is asked
	Environments []config.Environment // that namespaces can be

	Waivers []*config.Waiver // mark what exists already; they let nothing in

	Now func() time.Time // decides which rules are in force, and is what they see as input.now; nil: time.Now

	Admission  config.Admission // of whom less, or something else, is asked
	Namespaces Namespaces       // nil: nothing is known of them
	Glass      *Glass           // lets in, for a while, what is denied; nil: nothing does
}

// Review answers a request. Beside the request and the handler it looks at
// nothing but the labels of the namespace, and, where a rule needs that, what
// registries say of the images. A context that ends before the answer is known is a denial.
func (h *Handler) Review(ctx context.Context, r Request) Response {
	response := h.decide(ctx, &r)
	response.UID, response.Audit["policies"] = r.UID, h.Policies.Digest()
	return response
}

func (h *Handler) decide(ctx context.Context, r *Request) Response {
	if why := passes(r); why != "" {
		return admitted("passed", why)
	}
	if isNamespace(r) {
		return h.reviewNamespace(r)
	}
	scope, err := h.scope(ctx, r)
	if err != nil {
		return h.unlessBroken(ctx, r, scope.undecided(r, err.Error()))
	}
	if scope.exempt != "" {
		response := admitted("exempt", scope.exempt)
		response.Bypass = scope.bypass
		return response
	}
	return h.unlessBroken(ctx, r, h.judge(ctx, r, &scope))
}

// now is the time that decides.
func (h *Handler) now() time.Time {
	if h.Now == nil {
		return time.Now()
	}
	return h.Now()
}

// admitted lets a request through without a look at its object.
func admitted(decision, why string) Response {
	return Response{Allowed: true, Audit: map[string]string{"decision": decision, "why": cut(why, maxAnnotation)}}
}

// judge evaluates the rules on the object. What needs nothing but the object
// comes first; registries are asked about what has passed it.
func (h *Handler) judge(ctx context.Context, r *Request, scope *scope) Response {
	if r.Object == nil {
		return undecided(r.UID, fmt.Sprintf("the %s has no object", r.Operation))
	}
	now := h.evaluate(ctx, r, scope, r.Object)
	if why := cmp.Or(ended(ctx), now.unread); why != "" {
		return scope.undecided(r, why)
	}
	f := parted(scope.settle(now.findings))
	decision := "allowed"
	if len(f.denied) > 0 {
		decision = "denied"
		if r.Operation == Update && h.excuses(ctx, r, scope, now, &f.denied) {
			decision = "grandfathered"
		}
	}
	// What was broken before excuses no image that comes in now.
	var l looked
	if decision != "denied" {
		l = h.look(ctx, r, scope, now)
		images := parted(l.findings)
		f.warned, f.audited = append(f.warned, images.warned...), append(f.audited, images.audited...)
		switch {
		case len(images.denied) > 0:
			decision, f.denied = "denied", images.denied
		case l.unknown != "":
			return scope.undecided(r, l.unknown)
		}
	}
	return l.warn(scope.respond(r, decision, f))
}

// excuses tells whether what is denied was there before an update, which
// changes nothing that runs, or takes something away. Of a change to the
// ephemeral containers, only what it adds counts, and denied becomes that.
func (h *Handler) excuses(ctx context.Context, r *Request, scope *scope, now evaluated, denied *[]finding.Finding) bool {
	if r.OldObject == nil {
		return false
	}
	before := h.evaluate(ctx, r, scope, r.OldObject)
	if ended(ctx) != "" || before.unread != "" {
		return false
	}
	fresh := unexcused(*denied, before.findings)
	if len(fresh) > 0 {
		if r.Subresource == ephemeral {
			*denied = fresh
		}
		return false
	}
	added := runsOf(now.documents[1:])
	return added.within(runsOf(before.documents[1:])) || r.Subresource == ephemeral
}

// ephemeral is the subresource by which kubectl debug adds a container.
const ephemeral = "ephemeralcontainers"
