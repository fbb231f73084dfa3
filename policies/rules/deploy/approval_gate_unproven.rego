# METADATA
# title: Whether production waits for an approval is not proved
# description: >-
#   The job names an environment, but whether that one asks anybody is a setting of the forge, which the files do not hold.
#   Where the configuration asks for a proof (approval: proved), deploy/approval-gate-missing reports it instead.
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

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; count(_unproved(d)) > 0])
	deploy.approval == "required"
	count(run.without(deploy.runs, "approval")) == 0
	runs := _unproved(deploy)
	msg := sprintf("%s: %s reaches production (%s), and %s", [deploy.holder, deploy.tool, run.titles(runs), runs[0].after.approval.reason])
}

_unproved(deploy) := [reach | some reach in run.certain(deploy.runs); reach.after.approval.holds == "unknown"]
