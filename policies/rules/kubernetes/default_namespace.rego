# METADATA
# title: Object lives in the namespace default
# description: Nothing separates what lies together in default, as quotas, policies and rights apply to all of it.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
#   description: Namespaces
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: Give the application a namespace of its own.
#   since: 0.1.0
#   frameworks: [CIS-Kubernetes-5.7.4]
#   params:
#     required: {type: boolean, default: false, description: An object that names no namespace is a finding too. Tools such as kustomize and Helm often set it later.}
package guard.rules.kubernetes.default_namespace

deny contains {"message": msg, "path": input.kubernetes.namespace.path} if {
	input.kubernetes.namespaced
	reason := _reason(input.kubernetes.namespace.value)
	msg := sprintf("%s %s", [input.object, reason])
}

_reason(namespace) := "is in the namespace default" if namespace == "default"

_reason(namespace) := "names no namespace" if {
	namespace == ""
	data.guard.params["kubernetes/default-namespace"].required
}
