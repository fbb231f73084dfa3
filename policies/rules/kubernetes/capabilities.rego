# METADATA
# title: Container has capabilities it should not have
# description: Each capability is a piece of root. Those beyond the baseline reach the node, its network or other containers.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [recommended, strict, pss-baseline, pss-restricted]
#   remediation: "Remove the capability from capabilities.add; where all are to be dropped, set capabilities.drop: [ALL]."
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Capabilities, PSS-Restricted-Capabilities, CIS-Kubernetes-5.2.9]
#   params:
#     allowed:
#       type: array
#       default: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT]
#       profiles: {strict: [NET_BIND_SERVICE], pss-restricted: [NET_BIND_SERVICE]}
#       description: Capabilities that a container may add.
#     drop_all: {type: boolean, default: false, profiles: {strict: true, pss-restricted: true}, description: Every container must drop ALL.}
package guard.rules.kubernetes.capabilities

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": capability.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	some capability in container.security.capabilities_add
	not capability.value in data.guard.params["kubernetes/capabilities"].allowed
	msg := sprintf("%s adds the capability %s", [container.holder, capability.value])
}

deny contains {"message": msg, "path": container.security.capabilities} if {
	data.guard.params["kubernetes/capabilities"].drop_all
	some pod in kubernetes.pods
	pod.os != "windows"
	not pod.fragment
	some container in pod.containers
	not "ALL" in {capability.value | some capability in container.security.capabilities_drop}
	msg := sprintf("%s does not drop ALL capabilities", [container.holder])
}
