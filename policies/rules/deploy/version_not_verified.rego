# METADATA
# title: Running version is not compared
# description: Nothing proves that what answers is what was deployed.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Compare what the program says of itself with the commit behind the deployment."
#   since: 0.1.0
#   params:
#     infrastructure:
#       type: array
#       default: [terraform, terragrunt, pulumi, cdk, aws cloudformation, az deployment, dflook/terraform]
#       description: "Beginnings of the tools that make what programs run on, and have no version to ask for."
package guard.rules.deploy.version_not_verified

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; d.behind.version_check.holds == "no"; not _infrastructure(d)])
	msg := sprintf("%s: nothing compares the version that runs behind %s with the one deployed", [deploy.holder, deploy.tool])
}

_infrastructure(deploy) if strings.any_prefix_match(deploy.tool, data.guard.params["deploy/version-not-verified"].infrastructure)
