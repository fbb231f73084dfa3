package admission

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/tree"
)

// isNamespace tells whether a request is about a namespace itself.
func isNamespace(r *Request) bool {
	return r.Resource.Group == "" && r.Resource.Resource == "namespaces"
}

// reviewNamespace lets nobody but administrators set the labels by which the
// configuration tells namespaces apart: who could set them could choose what is
// asked of the Pods there.
func (h *Handler) reviewNamespace(r *Request) Response {
	deciding := decidingLabels(&h.Admission)
	if len(deciding) == 0 {
		return admitted("passed", "no label of a namespace decides anything")
	}
	if h.isAdmin(r.User) {
		return admitted("exempt", "the user may set the labels of namespaces")
	}
	now, err := labelsOf(r.Object)
	if err != nil {
		return undecided(r.UID, "the namespace cannot be read: "+err.Error())
	}
	before := map[string]string{}
	if r.Operation == Update {
		if before, err = labelsOf(r.OldObject); err != nil {
			return undecided(r.UID, "the namespace as it was cannot be read: "+err.Error())
		}
	}
	var changed []finding.Finding
	for _, key := range deciding {
		was, had := before[key]
		is, has := now[key]
		if was != is || had != has {
			changed = append(changed, finding.Finding{
				Rule: ruleNamespaceLabel, Action: finding.Deny, Path: finding.NewPath("metadata", "labels", key).String(),
				Message:     fmt.Sprintf("the label %s decides what guard asks for in this namespace, and only administrators may set it", key),
				Remediation: "Ask one of those whom admission.admins of guard's configuration names.",
			})
		}
	}
	if len(changed) == 0 {
		return Response{UID: r.UID, Allowed: true, Audit: map[string]string{"decision": "allowed"}}
	}
	response := deny(r, changed)
	response.Code, response.Audit = http.StatusForbidden, map[string]string{"decision": "denied", "denied": ruleNamespaceLabel}
	return response
}

// ruleNamespaceLabel names the denial in metrics and causes; it is no rule in
// Rego, since it is about who asks.
const ruleNamespaceLabel = "admission/namespace-label"

// isAdmin tells whether a user may set labels that decide.
func (h *Handler) isAdmin(u User) bool {
	admins := h.Admission.Admins
	if len(admins.Users) == 0 && len(admins.Groups) == 0 {
		admins.Groups = []string{"system:masters"}
	}
	return slices.Contains(admins.Users, u.Name) || slices.ContainsFunc(u.Groups, func(g string) bool { return slices.Contains(admins.Groups, g) })
}

// decidingLabels are the labels that the configuration asks for, in order.
func decidingLabels(a *config.Admission) []string {
	var keys []string
	for _, n := range a.Namespaces {
		for key := range n.Labels {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}

// labelsOf reads the labels of an object.
func labelsOf(object []byte) (map[string]string, error) {
	root, err := strictJSON(string(object))
	if err != nil {
		return nil, err
	}
	if root.Type() != tree.Map {
		return nil, malformed("it is no object")
	}
	labels := map[string]string{}
	for _, m := range nodeMembers(root.Dig("metadata", "labels")) {
		labels[m.Key.Text] = m.Value.Scalar()
	}
	return labels, nil
}

func nodeMembers(n *tree.Node) []tree.Member {
	if n == nil {
		return nil
	}
	return n.Members
}
