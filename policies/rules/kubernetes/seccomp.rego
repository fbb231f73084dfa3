# METADATA
# title: System calls are not filtered
# description: A seccomp profile blocks the system calls that nearly no program needs and many break-outs do. Kubernetes applies none unless it is asked to.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [strict, pss-baseline, pss-restricted]
#   remediation: "Set securityContext.seccompProfile.type: RuntimeDefault for the Pod."
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Seccomp, PSS-Restricted-Seccomp, CIS-Kubernetes-5.7.2]
#   params:
#     required: {type: boolean, default: true, profiles: {pss-baseline: false}, description: A profile that is not set is a finding too.}
package guard.rules.kubernetes.seccomp

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": profile.path} if {
	some pod in kubernetes.pods
	some [holder, profile] in _profiles(pod)
	not profile.value in {"", "RuntimeDefault", "Localhost"}
	msg := sprintf("%s: the seccomp profile is %s", [holder, profile.value])
}

deny contains {"message": msg, "path": container.effective.seccomp.path} if {
	data.guard.params["kubernetes/seccomp"].required
	some pod in kubernetes.pods
	pod.os != "windows"
	not pod.fragment
	some container in pod.containers
	container.effective.seccomp.value == ""
	msg := sprintf("%s: no seccomp profile is set, here or for the Pod", [container.holder])
}

_profiles(pod) := {["the Pod", pod.security.seccomp]} | {[c.holder, c.security.seccomp] | some c in pod.containers}
