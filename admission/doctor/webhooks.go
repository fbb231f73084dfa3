package doctor

import (
	"errors"
	"slices"
	"strings"

	"guard/admission"
)

const rearm = "helm upgrade the release, or run the Job guard-webhook-arm again: it fills the webhooks in as they must be."

// armed tells whether the API server asks at all.
func (e *examination) armed() {
	switch {
	case errors.Is(e.hooksErr, ErrAbsent):
		e.wrong("Install the chart again: helm upgrade --install.", "there is no ValidatingWebhookConfiguration %s, so nothing is asked and everything is admitted", name)
	case e.hooksErr != nil:
		e.unknown("ValidatingWebhookConfiguration "+name, e.hooksErr)
	case len(e.hooks.Webhooks) == 0:
		e.wrong("See why the Job guard-webhook-arm did not arm it: its log says what it waited for. Then "+rearm, "the webhook is not armed: its configuration has no webhooks, so everything is admitted")
	default:
		for _, h := range e.hooks.Webhooks {
			if s := h.ClientConfig.Service; h.ClientConfig.URL == "" && (s.Name != name || s.Namespace != e.options.Namespace) {
				e.wrong(rearm, "%s calls the Service %s/%s, which is not guard's", h.Name, s.Namespace, s.Name)
			}
		}
		e.fine("the API server asks %d webhooks", len(e.hooks.Webhooks))
	}
}

// rules tells what is not asked about.
func (e *examination) rules() {
	if len(e.hooks.Webhooks) == 0 {
		return
	}
	type resource struct{ group, name string }
	wanted := []resource{{"", "pods/ephemeralcontainers"}, {"", "namespaces"}, {"", "namespaces/status"}, {"", "namespaces/finalize"}}
	for _, h := range admission.Holders() {
		wanted = append(wanted, resource{h.Group, h.Resource})
	}
	for _, r := range wanted {
		for _, operation := range []string{"CREATE", "UPDATE"} {
			if !slices.ContainsFunc(e.hooks.Webhooks, func(h webhook) bool { return covers(h.Rules, r.group, r.name, operation) }) {
				e.wrong(rearm, "no webhook is asked about %s of %s", operation, strings.TrimSuffix(r.name+"."+r.group, "."))
			}
		}
	}
	e.fine("everything that holds a Pod is asked about")
}

// failsClosed tells which webhooks let everything in while guard is away.
func (e *examination) failsClosed() {
	for _, h := range e.hooks.Webhooks {
		if h.FailurePolicy != "Fail" {
			e.wrong(rearm, "%s has failurePolicy %s: while no replica answers, everything is admitted", h.Name, h.FailurePolicy)
		}
	}
	if len(e.hooks.Webhooks) > 0 {
		e.fine("while no replica answers, what would be asked is denied")
	}
}

// maxTimeout is how many seconds everybody should wait at most.
const maxTimeout = 5

func (e *examination) timeout() {
	for _, h := range e.hooks.Webhooks {
		if h.TimeoutSeconds > maxTimeout {
			e.wrong("Set webhook.timeoutSeconds to 5 or less, and upgrade.", "the API server waits %d s for %s: with a replica that hangs, so does everything that makes Pods", h.TimeoutSeconds, h.Name)
		}
	}
	if len(e.hooks.Webhooks) > 0 {
		e.fine("the API server waits %d s for an answer", e.hooks.Webhooks[0].TimeoutSeconds)
	}
}

// byName is the label of a namespace that the API server itself sets.
const byName = "kubernetes.io/metadata.name"

// selectors tells by what people may get around a webhook.
func (e *examination) selectors() {
	for _, h := range e.hooks.Webhooks {
		if h.MatchPolicy != "Equivalent" {
			e.wrong(rearm, "%s has matchPolicy %s: by another version of the API it is not asked", h.Name, h.MatchPolicy)
		}
		if keys := h.ObjectSelector.keys(); len(keys) > 0 {
			e.wrong(rearm, "%s leaves out objects by their labels (%s), which everybody sets who makes one", h.Name, strings.Join(keys, ", "))
		}
		for _, key := range h.NamespaceSelector.keys() {
			if key != byName {
				e.wrong(rearm, "%s leaves out namespaces by the label %s: who may set it decides whether guard is asked", h.Name, key)
			}
		}
		for _, c := range h.MatchConditions {
			if c.Name != "labels-change" || !covers(h.Rules, "", "namespaces", "UPDATE") {
				e.wrong(rearm, "%s has the match condition %s: what it leaves out is not asked about", h.Name, c.Name)
			}
		}
	}
	if len(e.hooks.Webhooks) > 0 {
		e.fine("nothing is left out but namespaces by their names")
	}
}

// lockOut tells which namespaces must come up without guard, and cannot.
func (e *examination) lockOut() {
	for _, h := range e.hooks.Webhooks {
		if !covers(h.Rules, "", "pods", "CREATE") {
			continue
		}
		for _, namespace := range []string{e.options.Namespace, "kube-system"} {
			if h.NamespaceSelector.matches(map[string]string{byName: namespace}) {
				e.wrong(rearm, "%s is asked about Pods of %s: where no replica runs, none can start there, and the cluster may not come up again", h.Name, namespace)
			}
		}
	}
	if len(e.hooks.Webhooks) > 0 {
		e.fine("replicas, and what the cluster lives by, come up where guard does not run")
	}
}

// outOfReach lists the namespaces in which no rule holds.
func (e *examination) outOfReach() {
	if len(e.hooks.Webhooks) == 0 {
		return
	}
	all, err := readAll[struct{ Metadata metadata }](e, "/api/v1/namespaces")
	if err != nil {
		e.unknown("the namespaces", err)
		return
	}
	var out []string
	for _, n := range all {
		asked := slices.ContainsFunc(e.hooks.Webhooks, func(h webhook) bool {
			return covers(h.Rules, "", "pods", "CREATE") && h.NamespaceSelector.matches(n.Metadata.Labels)
		})
		if !asked && n.Metadata.Name != e.options.Namespace && n.Metadata.Name != "kube-system" {
			out = append(out, n.Metadata.Name)
		}
	}
	if len(out) > 0 {
		e.note("Keep what runs there to administrators, or take them out of webhook.excludedNamespaces.", "guard is never asked about %s: who may write there is held to no rule", strings.Join(out, ", "))
	}
	e.fine("guard is asked about all namespaces but its own and kube-system")
}
