# METADATA
# title: Nobody asks production whether it works
# description: A rollout that went well says that processes run, not that they answer.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Ask a health address behind the deployment, e.g. curl --fail --retry 10 https://HOST/healthz."
#   since: 0.1.0
#   params:
#     infrastructure:
#       type: array
#       default: [terraform, terragrunt, pulumi, cdk, aws cloudformation, az deployment, dflook/terraform]
#       description: "Beginnings of the tools that make what programs run on, and need not be asked."
package guard.rules.deploy.smoke_test_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; d.behind.smoke_test.holds == "no"; not _infrastructure(d)])
	msg := sprintf("%s: nothing asks behind %s whether production works", [deploy.holder, deploy.tool])
}

_infrastructure(deploy) if strings.any_prefix_match(deploy.tool, data.guard.params["deploy/smoke-test-missing"].infrastructure)
