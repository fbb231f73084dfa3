# METADATA
# title: Workload does not say whose it is
# description: Whoever is woken at night has to know whom to call.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: []
#   remediation: Set the label team on the workload.
#   since: 1.0.0
package guard.rules.kubernetes.team_label

deny contains {"message": msg, "path": ["metadata"]} if {
	input.workload
	not _team
	msg := sprintf("%s has no label team", [input.kubernetes.kind])
}

_team if input.value.metadata.labels.team != ""
