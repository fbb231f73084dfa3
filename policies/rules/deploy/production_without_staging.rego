# METADATA
# title: Production is deployed to without staging before
# description: >-
#   What has run nowhere else first shows its faults to everybody. A hotfix may go straight to production. Where another
#   run or another pipeline deploys to staging, whether it came first cannot be seen, and nothing is reported.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Deploy to a staging environment in a job that the production job needs."
#   since: 0.1.0
package guard.rules.deploy.production_without_staging

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; count(_straight(d)) > 0])
	msg := sprintf("%s: %s reaches production, and no other environment before it (%s)", [deploy.holder, deploy.tool, run.titles(_straight(deploy))])
}

_straight(deploy) := [reach | some reach in run.without(deploy.runs, "staging"); reach.situation != "hotfix"]
