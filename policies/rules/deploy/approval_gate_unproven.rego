# METADATA
# title: Whether production waits for an approval is not proved
# description: The job names an environment, but whether that one asks anybody is a setting of the forge, which the files do not hold.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Read the settings with guard snapshot and check with --snapshot FILE."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.approval_gate_unproven

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	deploy.approval in {"required", "proved"}
	runs := [reach | some reach in run.certain(deploy.runs); reach.after.approval.holds == "unknown"]
	count(runs) > 0
	count(run.without(deploy.runs, "approval")) == 0
	msg := sprintf("%s: %s reaches production (%s), and %s", [deploy.holder, deploy.tool, run.titles(runs), runs[0].after.approval.reason])
}
