# METADATA
# title: Deployment names no environment
# description: Without an environment the forge keeps no record of what runs where, and none of its protections apply.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Give the job that deploys an environment, e.g. environment: production."
#   since: 0.1.0
package guard.rules.deploy.without_environment

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.environment == ""
	count(run.certain(deploy.runs)) > 0
	msg := sprintf("%s: %s deploys, and the job names no environment", [deploy.holder, deploy.tool])
}
