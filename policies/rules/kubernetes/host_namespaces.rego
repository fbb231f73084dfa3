# METADATA
# title: Pod shares a namespace with its node
# description: A Pod in the network, process or IPC namespace of its node sees the traffic and processes of everything that runs there.
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
#   remediation: Remove hostNetwork, hostPID and hostIPC; use a Service, an ingress or a hostPort-free port instead.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Host-Namespaces, CIS-Kubernetes-5.2.3, CIS-Kubernetes-5.2.4, CIS-Kubernetes-5.2.5]
package guard.rules.kubernetes.host_namespaces

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": flag.path} if {
	some pod in kubernetes.pods
	some [name, what, flag] in [
		["hostNetwork", "network", pod.host_network],
		["hostPID", "processes", pod.host_pid],
		["hostIPC", "inter-process memory", pod.host_ipc],
	]
	flag.value == true
	msg := sprintf("the Pod shares the %s of its node (%s: true)", [what, name])
}
