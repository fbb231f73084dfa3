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
package guard.rules.deploy.smoke_test_missing

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	deploy.behind.smoke_test.holds == "no"
	msg := sprintf("%s: nothing asks behind %s whether production works", [deploy.holder, deploy.tool])
}
