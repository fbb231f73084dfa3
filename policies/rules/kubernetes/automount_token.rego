# METADATA
# title: Pod gets a token for the Kubernetes API
# description: Every Pod gets a token of its service account unless it says otherwise. Most never use it, and whoever breaks into one has it.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
#   description: Service accounts
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: "Set automountServiceAccountToken: false, or true together with a service account of its own where the Pod talks to the API."
#   since: 0.1.0
#   frameworks: [CIS-Kubernetes-5.1.6]
package guard.rules.kubernetes.automount_token

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": pod.automount_token.path} if {
	some pod in kubernetes.pods
	not pod.fragment
	reason := _reason(pod)
	msg := sprintf("the Pod gets an API token: automountServiceAccountToken is %s", [reason])
}

_reason(pod) := "not set to false" if pod.automount_token.value == null

_reason(pod) := "true for the default service account" if {
	pod.automount_token.value == true
	pod.service_account.value in {"", "default"}
}
