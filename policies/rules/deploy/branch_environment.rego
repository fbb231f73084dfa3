# METADATA
# title: Environment is reached from a branch that it is not meant for
# description: The configuration says which branches and tags deploy where. A run of another one gets to the environment all the same.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Narrow the trigger or the job's condition down to the branches of the environment, or name the branch under environments in .guard.yaml."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.branch_environment

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier != ""
	runs := [reach |
		some reach in run.certain(deploy.runs)
		reach.allowed.holds == "no"
		not reach.situation in {"fork", "pull-request"}
	]
	count(runs) > 0
	msg := sprintf("%s: %s reaches %s from %s", [deploy.holder, deploy.tool, deploy.tier, run.titles(runs)])
}
