# METADATA
# title: Deployment names no environment
# description: >-
#   Without an environment the forge keeps no record of what runs where, and none of its protections apply. A change of a
#   cluster to which no access was configured is left out: it may be one that a test has made for itself.
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

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in input.pipeline.deploys; d.environment == ""; count(run.certain(d.runs)) > 0])
	not deployment.in_cluster(deploy)
	msg := sprintf("%s: %s deploys, and the job names no environment", [deploy.holder, deploy.tool])
}
