# METADATA
# title: Production is deployed to without staging before
# description: What has run nowhere else first shows its faults to everybody.
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

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	runs := run.without(deploy.runs, "staging")
	count(runs) > 0
	msg := sprintf("%s: %s reaches production, and no other environment before it (%s)", [deploy.holder, deploy.tool, run.titles(runs)])
}
