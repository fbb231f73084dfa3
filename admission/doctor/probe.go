package doctor

import (
	"errors"
	"fmt"
	"strings"
)

// The images of the Pods that are tried: one that guard's own rules deny and
// nothing else does, and one that they admit.
const (
	badImage  = "registry.example.com/guard/doctor:main"
	goodImage = "registry.example.com/guard/doctor:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
)

// podOf is a Pod which keeps all of the Pod Security Standards.
func podOf(image string) []byte {
	return fmt.Appendf(nil, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"guard-doctor"},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"doctor","image":%q,`+
		`"resources":{"requests":{"cpu":"1m","memory":"1Mi"},"limits":{"cpu":"1m","memory":"1Mi"}},"securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"runAsNonRoot":true,`+
		`"runAsUser":65532,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]}}`, image)
}

// try creates a Pod that nobody keeps.
func (e *examination) try(image string) error {
	_, err := e.api.Post(e.ctx, "/api/v1/namespaces/"+e.options.ProbeNamespace+"/pods?dryRun=All", podOf(image))
	return err
}

// expected is what the configuration says of a Pod; known is false, and said
// why, where it cannot be tried.
func (e *examination) expected(image string) (denied, known bool) {
	switch {
	case e.options.ProbeNamespace == "":
		e.note("Name a namespace with --probe-namespace, in which you may create Pods: none is made.", "whether the API server asks guard was not tried")
		return false, false
	case e.judge.handler == nil:
		e.unknown("a Pod in "+e.options.ProbeNamespace, errors.New("by which configuration it is decided is not known"))
		return false, false
	}
	denied, err := e.judge.denies(e.ctx, e.options.ProbeNamespace, podOf(image))
	if err != nil {
		e.unknown("a Pod in "+e.options.ProbeNamespace, err)
	}
	return denied, err == nil
}

// refuses tries a Pod that has to be denied, by guard.
func (e *examination) refuses() {
	denied, known := e.expected(badImage)
	if !known {
		return
	}
	if !denied {
		e.note("Try a namespace in which image/tag-branch is denied.", "the configuration denies no Pod in %s that guard could be tried with", e.options.ProbeNamespace)
		return
	}
	var refusal *Refusal
	switch err := e.try(badImage); {
	case err == nil:
		e.wrong("Where you are one of admission.exempt, try as somebody else. Else see what is wrong above.", "a Pod with the image %s, which guard denies, was admitted to %s", badImage, e.options.ProbeNamespace)
	case errors.As(err, &refusal) && strings.Contains(refusal.Message, "failed calling webhook"):
		e.wrong("Look for a NetworkPolicy, a firewall between the control plane and the nodes, and at the replicas.", "the API server cannot call guard: %s", refusal.Message)
	case errors.As(err, &refusal) && strings.Contains(refusal.Message, "guard found"):
		e.ok("a Pod that breaks a rule is refused by guard in %s", e.options.ProbeNamespace)
	default:
		e.unknown("a Pod in "+e.options.ProbeNamespace+" was refused before guard was asked", err)
	}
}

// admits tries a Pod that has to be admitted.
func (e *examination) admits() {
	if e.options.ProbeNamespace == "" {
		return // said already
	}
	denied, known := e.expected(goodImage)
	switch {
	case !known:
		return
	case denied || e.judge.handler.Facts != nil:
		e.note("Try with an image of yours: kubectl run --dry-run=server.", "the configuration wants more of a Pod than the doctor can show, so none was tried that should be admitted")
		return
	}
	var refusal *Refusal
	switch err := e.try(goodImage); {
	case err == nil:
		e.ok("a Pod that keeps the rules is admitted to %s", e.options.ProbeNamespace)
	case errors.As(err, &refusal) && strings.Contains(refusal.Message, "guard"):
		e.wrong("See the replicas' logs.", "a Pod that keeps the rules was refused in %s: %s", e.options.ProbeNamespace, refusal.Message)
	default:
		e.unknown("a Pod in "+e.options.ProbeNamespace, err)
	}
}
