# METADATA
# title: Process may gain more privileges than its parent
# description: Without allowPrivilegeEscalation set to false a program with the setuid bit, such as sudo, can make a process root that did not start as root.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [recommended, strict, pss-restricted]
#   remediation: "Set securityContext.allowPrivilegeEscalation: false for the container."
#   since: 0.1.0
#   frameworks: [PSS-Restricted-Privilege-Escalation, CIS-Kubernetes-5.2.6]
package guard.rules.kubernetes.privilege_escalation

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": flag.path} if {
	some pod in kubernetes.pods
	pod.os != "windows"
	some container in pod.containers
	container.security.privileged.value != true
	flag := container.security.allow_privilege_escalation
	reason := _reason(pod, flag.value)
	msg := sprintf("%s: allowPrivilegeEscalation is %s", [container.holder, reason])
}

_reason(_, value) := "true" if value == true

_reason(pod, value) := "not set to false" if {
	value == null
	not pod.fragment
}
