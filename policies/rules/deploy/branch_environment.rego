# METADATA
# title: Branches and environments do not go together as configured
# description: The configuration says which branches and tags deploy where. A run of another one gets to the environment all the same, or a run of one that is meant for it never does.
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

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in input.pipeline.deploys; count(_strangers(d)) > 0])
	msg := sprintf("%s: %s reaches %s from %s", [deploy.holder, deploy.tool, deploy.tier, run.titles(_strangers(deploy))])
}

# A branch that is meant for an environment, and never gets there.
deny contains {"message": msg, "path": branch.path} if {
	some branch in input.pipeline.undeployed
	msg := sprintf("%s: push to %s builds and pushes images, but deploys nowhere; it is meant for %s", [branch.holder, branch.branch, concat(", ", branch.environments)])
}

# _strangers lists the runs that the configuration does not let reach an
# environment that it knows. Those of pull requests are deploy/from-pull-request's.
_strangers(deploy) := [reach |
	some reach in run.certain(deploy.runs)
	reach.allowed.holds == "no"
	not reach.situation in {"fork", "pull-request", "merge-queue"}
]
