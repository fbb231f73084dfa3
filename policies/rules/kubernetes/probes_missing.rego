# METADATA
# title: Container has no readiness or liveness probe
# description: Without a readiness probe a Pod gets traffic before it can answer; without a liveness probe one that hangs is never restarted.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/workloads/pods/probes/
#   description: Probes
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: Add a readinessProbe and a livenessProbe.
#   since: 0.1.0
package guard.rules.kubernetes.probes_missing

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": container.path} if {
	some pod in kubernetes.pods
	pod.long_running
	not pod.fragment
	some container in pod.containers
	container.type == "container"
	there := {probe.type | some probe in container.probes}
	missing := [type | some type in ["readiness", "liveness"]; not type in there]
	count(missing) > 0
	msg := sprintf("%s has no %s probe", [container.holder, concat(" and no ", missing)])
}
