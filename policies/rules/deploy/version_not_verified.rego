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
package guard.rules.deploy.version_not_verified

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	deploy.behind.version_check.holds == "no"
	msg := sprintf("%s: nothing compares the version that runs behind %s with the one deployed", [deploy.holder, deploy.tool])
}
