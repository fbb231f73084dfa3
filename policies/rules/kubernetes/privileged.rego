# METADATA
# title: Container is privileged
# description: A privileged container has every capability and every device of the node. Whoever gets into it owns the node.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: Remove privileged and add the single capability or device that is needed.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Privileged-Containers, PSS-Restricted-Privilege-Escalation, CIS-Kubernetes-5.2.2, CIS-Kubernetes-5.2.6]
package guard.rules.kubernetes.privileged

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": container.security.privileged.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	container.security.privileged.value == true
	msg := sprintf("%s is privileged", [container.holder])
}
