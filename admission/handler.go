package admission

import (
	"context"
	"fmt"

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

	Admission  config.Admission // of whom less, or something else, is asked
	Namespaces Namespaces       // nil: nothing is known of them
}

// Review answers a request. It looks at nothing but the request, the handler
// and the labels of the request's namespace. A context that ends before the answer is known is a denial.
func (h *Handler) Review(ctx context.Context, r Request) Response {
	if why := passes(&r); why != "" {
		return admitted(&r, "passed", why)
	}
	if isNamespace(&r) {
		return h.reviewNamespace(&r)
	}
	scope, err := h.scope(ctx, &r)
	if err != nil {
		return scope.undecided(&r, err.Error())
	}
	if scope.exempt != "" {
		return admitted(&r, "exempt", scope.exempt)
	}
	response := h.judge(ctx, &r, &scope)
	response.UID = r.UID
	response.Audit["policies"] = h.Policies.Digest()
	return response
}

// admitted lets a request through without a look at its object.
func admitted(r *Request, decision, why string) Response {
	return Response{UID: r.UID, Allowed: true, Audit: map[string]string{"decision": decision, "why": cut(why, maxAnnotation)}}
}

// judge evaluates the rules on the object.
func (h *Handler) judge(ctx context.Context, r *Request, scope *scope) Response {
	if r.Object == nil {
		return undecided(r.UID, fmt.Sprintf("the %s has no object", r.Operation))
	}
	now := h.evaluate(ctx, r, r.Object)
	if why := ended(ctx); why != "" {
		return scope.undecided(r, why)
	}
	if now.unread != "" {
		return scope.undecided(r, now.unread)
	}
	denied, warned, audited := split(scope.settle(now.findings))
	response := Response{Allowed: true, Audit: map[string]string{"decision": "allowed"}}
	switch {
	case len(denied) == 0:
	case r.Operation == Update && h.excuses(ctx, r, now, &denied):
		response.Audit["decision"] = "grandfathered"
		response.Warnings = warnings("guard: broken before this change already: ", denied)
	case scope.warn:
		response.Audit["decision"] = "warned"
		response.Warnings = warnings("guard: would be denied: ", denied)
	default:
		response = deny(r, denied)
		response.Audit = map[string]string{"decision": "denied"}
	}
	response.Warnings = append(response.Warnings, warnings("guard: ", warned)...)
	for name, list := range map[string][]finding.Finding{"denied": denied, "warned": warned, "audited": audited} {
		if len(list) > 0 {
			response.Audit[name] = ids(list)
		}
	}
	return response
}

// excuses tells whether what is denied was there before an update, which
// changes nothing that runs, or takes something away. Of a change to the
// ephemeral containers, only what it adds counts, and denied becomes that.
func (h *Handler) excuses(ctx context.Context, r *Request, now evaluated, denied *[]finding.Finding) bool {
	if r.OldObject == nil {
		return false
	}
	before := h.evaluate(ctx, r, r.OldObject)
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
