package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guard/admission"
)

// right is something that an account may do, or may not.
type right struct {
	account string // a service account in the webhook's namespace
	Verb    string `json:"verb"`
	Group   string `json:"group,omitempty"`
	// Resource is the plural; Name, of one object, "" for any.
	Resource  string `json:"resource"`
	Name      string `json:"name,omitempty"`
	Namespace string `json:"namespace,omitempty"` // "": everywhere
}

// says tells of a right that an account may, or may not, do it.
func (r right) says(may string) string {
	what := strings.TrimSuffix(r.Resource+"."+r.Group, ".")
	if r.Name != "" {
		what += " " + r.Name
	}
	where := "everywhere"
	if r.Namespace != "" {
		where = "in " + r.Namespace
	}
	return fmt.Sprintf("%s %s %s %s %s", r.account, may, r.Verb, what, where)
}

const (
	reviewing  = "guard-webhook"
	arming     = "guard-webhook-arm"
	certifying = "guard-webhook-certificates"

	registration = "admissionregistration.k8s.io"
	validating   = "validatingwebhookconfigurations"
)

// needed are the rights without which something does not work, by what the
// webhook was started with.
func (e *examination) needed() []right {
	in, spec := e.options.Namespace, e.deployed.Spec.Template.Spec
	all := []right{
		{account: arming, Verb: "get", Group: registration, Resource: validating, Name: name},
		{account: arming, Verb: "update", Group: registration, Resource: validating, Name: name},
		{account: reviewing, Verb: "create", Group: "events.k8s.io", Resource: "events", Namespace: in},
	}
	for _, verb := range []string{"get", "list", "watch"} {
		all = append(all, right{account: reviewing, Verb: verb, Resource: "namespaces"})
	}
	if e.certifies() {
		for _, verb := range []string{"get", "patch"} {
			all = append(all, right{account: certifying, Verb: verb, Group: registration, Resource: validating, Name: name},
				right{account: certifying, Verb: verb, Resource: "secrets", Name: e.volume("tls"), Namespace: in})
		}
	}
	if _, scans := spec.arg("scan-every"); scans {
		all = append(all, right{account: reviewing, Verb: "patch", Group: "coordination.k8s.io", Resource: "leases", Name: "guard-scan", Namespace: in})
		for _, h := range admission.Holders() {
			all = append(all, right{account: reviewing, Verb: "list", Group: h.Group, Resource: h.Resource})
		}
	}
	if _, reports := spec.arg("policy-reports"); reports {
		for _, verb := range []string{"list", "create", "patch", "delete"} {
			all = append(all, right{account: reviewing, Verb: verb, Group: "wgpolicyk8s.io", Resource: "policyreports"})
		}
	}
	return all
}

// certifies tells whether the webhook has an authority of its own.
func (e *examination) certifies() bool {
	_, err := read[struct{}](e, e.at("/apis/apps/v1", "deployments/"+certifying))
	return err == nil
}

// beyond are rights that none of guard's accounts needs, and that would let
// whoever gets hold of one do much more than guard does.
func (e *examination) beyond() []right {
	var all []right
	for _, account := range []string{reviewing, arming, certifying} {
		all = append(all,
			right{account: account, Verb: "*", Group: "*", Resource: "*"},
			right{account: account, Verb: "list", Resource: "secrets"},
			right{account: account, Verb: "create", Resource: "pods"},
			right{account: account, Verb: "impersonate", Resource: "users"},
			right{account: account, Verb: "bind", Group: "rbac.authorization.k8s.io", Resource: "clusterroles"},
			right{account: account, Verb: "delete", Group: registration, Resource: validating, Name: name},
			right{account: account, Verb: "update", Group: registration, Resource: validating, Name: "another"},
			right{account: account, Verb: "patch", Group: registration, Resource: validating, Name: "another"},
		)
	}
	for _, verb := range []string{"update", "patch"} {
		all = append(all, right{account: reviewing, Verb: verb, Group: registration, Resource: validating, Name: name})
	}
	if _, pulls := e.deployed.Spec.Template.Spec.arg("pull-secrets"); !pulls {
		all = append(all, right{account: reviewing, Verb: "get", Resource: "secrets"})
	}
	return all
}

func (e *examination) rightsNeeded() {
	if e.deployedErr != nil {
		return
	}
	for _, r := range e.needed() {
		if allowed, err := e.may(r); err != nil {
			e.unknown("what service accounts may do", err)
			return
		} else if !allowed {
			e.wrong("helm upgrade puts its roles back.", "%s, which it needs to", r.says("may not"))
		}
	}
	e.fine("guard's accounts may do what they need")
}

func (e *examination) rightsBeyond() {
	if e.deployedErr != nil {
		return
	}
	var all []string // accounts of which all is said with one line
	for _, r := range e.beyond() {
		if slices.Contains(all, r.account) {
			continue
		}
		allowed, err := e.may(r)
		if err != nil {
			e.unknown("what service accounts may do", err)
			return
		}
		if allowed {
			e.wrong("Take away the role or the binding that gives it: it is none of the chart's.", "%s, which guard does not need to", r.says("may"))
		}
		if allowed && r.Verb == "*" {
			all = append(all, r.account)
		}
	}
	e.fine("guard's accounts may do nothing that would be worth to get hold of")
}

// may asks the API server whether an account has a right.
func (e *examination) may(r right) (bool, error) {
	in := e.options.Namespace
	body, err := json.Marshal(map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
		"spec": map[string]any{
			"user":               "system:serviceaccount:" + in + ":" + r.account,
			"groups":             []string{"system:serviceaccounts", "system:serviceaccounts:" + in, "system:authenticated"},
			"resourceAttributes": r,
		},
	})
	if err != nil {
		return false, err
	}
	text, err := e.api.Post(e.ctx, "/apis/authorization.k8s.io/v1/subjectaccessreviews", body)
	if err != nil {
		return false, err
	}
	var answer struct{ Status struct{ Allowed bool } }
	err = json.Unmarshal(text, &answer)
	return answer.Status.Allowed, err
}
