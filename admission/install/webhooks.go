package install

import (
	"slices"

	registration "k8s.io/api/admissionregistration/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"guard/admission"
)

const (
	// metadataName is the label that holds the name of a namespace. The API
	// server sets it itself, whatever a request says.
	metadataName = "kubernetes.io/metadata.name"

	// system is the namespace that a cluster lives by.
	system = "kube-system"
)

// written are the operations that bring something in.
var written = []registration.OperationType{registration.Create, registration.Update}

// webhooks are what an armed configuration holds: one for what holds a Pod,
// one for the namespaces whose labels decide what is asked.
func webhooks(o *Options) []registration.ValidatingWebhook {
	namespaced, cluster := registration.NamespacedScope, registration.ClusterScope
	pods := webhook(o, "pods.guard-webhook.guard", rules(append(admission.Holders(), o.More...), namespaced))
	namespaces := webhook(o, "namespaces.guard-webhook.guard", []registration.RuleWithOperations{{
		Operations: written,
		Rule: registration.Rule{
			APIGroups: []string{""}, APIVersions: []string{"v1"},
			// Each of the three can change labels.
			Resources: []string{"namespaces", "namespaces/status", "namespaces/finalize"}, Scope: &cluster,
		},
	}})
	// What leaves the labels alone, as the end of a namespace does, needs no
	// guard and shall not wait for one.
	namespaces.MatchConditions = []registration.MatchCondition{{Name: "labels-change", Expression: labelsChange}}
	return []registration.ValidatingWebhook{pods, namespaces}
}

// labelsChange is in CEL. An error in it counts as a failure of the webhook.
const labelsChange = `request.operation == "CREATE" || object.metadata.?labels.orValue({}) != oldObject.metadata.?labels.orValue({})`

func webhook(o *Options, name string, rules []registration.RuleWithOperations) registration.ValidatingWebhook {
	fail, equivalent, none := registration.Fail, registration.Equivalent, registration.SideEffectClassNone
	path, servicePort, timeout := "/validate", int32(443), o.Timeout
	return registration.ValidatingWebhook{
		Name: name,
		ClientConfig: registration.WebhookClientConfig{
			Service:  &registration.ServiceReference{Namespace: o.Namespace, Name: Name, Path: &path, Port: &servicePort},
			CABundle: o.CA,
		},
		Rules:                   rules,
		NamespaceSelector:       outside(o),
		ObjectSelector:          &meta.LabelSelector{}, // none: it would be for who asks to choose
		FailurePolicy:           &fail,
		MatchPolicy:             &equivalent,
		SideEffects:             &none,
		TimeoutSeconds:          &timeout,
		AdmissionReviewVersions: []string{"v1"},
	}
}

// outside keeps the webhook's own namespace and that of the system out: both
// must come up where no webhook is there to answer.
func outside(o *Options) *meta.LabelSelector {
	return &meta.LabelSelector{MatchExpressions: []meta.LabelSelectorRequirement{
		{Key: metadataName, Operator: meta.LabelSelectorOpNotIn, Values: append([]string{o.Namespace, system}, o.Excluded...)},
	}}
}

// rules match the writing of resources: one rule for each version of a group,
// in the order in which they come.
func rules(resources []admission.Resource, scope registration.ScopeType) []registration.RuleWithOperations {
	var all []registration.RuleWithOperations
	for _, r := range resources {
		i := slices.IndexFunc(all, func(known registration.RuleWithOperations) bool {
			return known.APIGroups[0] == r.Group && known.APIVersions[0] == r.Version
		})
		if i < 0 {
			i = len(all)
			all = append(all, registration.RuleWithOperations{
				Operations: written,
				Rule:       registration.Rule{APIGroups: []string{r.Group}, APIVersions: []string{r.Version}, Scope: &scope},
			})
		}
		all[i].Resources = append(all[i].Resources, r.Resource)
		if r.Group == "" && r.Resource == "pods" {
			all[i].Resources = append(all[i].Resources, "pods/ephemeralcontainers")
		}
	}
	return all
}
