# METADATA
# title: Container opens a port of its node
# description: A hostPort bypasses NetworkPolicies on many networks, and lets only one such Pod run on each node.
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
#   remediation: Remove hostPort and publish the Pod through a Service.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Host-Ports, CIS-Kubernetes-5.2.13]
package guard.rules.kubernetes.host_port

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": port.host_port.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	some port in container.ports
	port.host_port.value != null
	port.host_port.value != 0
	not _follows(pod, port)
	msg := sprintf("%s opens port %d of its node", [container.holder, port.host_port.value])
}

# With hostNetwork, which is a finding of its own, the two are always equal.
_follows(pod, port) if {
	pod.host_network.value == true
	port.host_port.value == port.container_port.value
}
