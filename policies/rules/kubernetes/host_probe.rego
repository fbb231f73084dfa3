# METADATA
# title: Probe or hook asks another host
# description: The kubelet sends a probe from the node. With a host of its own it can be made to reach services that only nodes may reach.
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
#   remediation: Remove host, so that the kubelet asks the Pod itself; use the Host header for a virtual host.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Host-Probes]
package guard.rules.kubernetes.host_probe

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": probe.host.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	some probe in container.probes
	probe.host.value != ""
	msg := sprintf("%s: the %s %s asks host %q instead of the Pod", [container.holder, probe.type, _what(probe.type), probe.host.value])
}

_what(type) := "hook" if type in {"postStart", "preStop"}

_what(type) := "probe" if type in {"readiness", "liveness", "startup"}
