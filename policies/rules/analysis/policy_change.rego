# METADATA
# title: Change to the policy takes effect after merge
# description: A change may not excuse itself. With --trust, the configuration, waivers, baseline and rules of the trusted revision decided; what this change says of them did not count.
# scope: package
# schemas:
# - input: schema.project
# custom:
#   severity: info
#   kinds: [project]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: Have the change reviewed as what it is, a change of the policy. It decides once it is merged.
#   since: 0.1.0
package guard.rules.analysis.policy_change

deny contains {"message": msg, "path": change.path, "file": change.file} if {
	some change in input.changes
	msg := sprintf("the change to %s takes effect after merge", [change.what])
}
