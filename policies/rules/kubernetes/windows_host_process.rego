# METADATA
# title: Windows container runs as a process of the node
# description: A HostProcess container has all access to its Windows node.
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
#   remediation: Remove windowsOptions.hostProcess.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-HostProcess, CIS-Kubernetes-5.2.11]
package guard.rules.kubernetes.windows_host_process

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": flag.path} if {
	some pod in kubernetes.pods
	some [holder, flag] in array.concat([["the Pod", pod.security.windows_host_process]], [[c.holder, c.security.windows_host_process] | some c in pod.containers])
	flag.value == true
	msg := sprintf("%s: hostProcess is true", [holder])
}
