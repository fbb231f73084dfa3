# METADATA
# title: Production changes in one step
# description: Everybody gets the new version at once.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Roll out to a part of the users first, and measure."
#   since: 0.1.0
package guard.rules.deploy.canary_missing

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	every activity in input.pipeline.activities {
		activity.kind != "canary"
	}
	msg := sprintf("%s: %s changes production in one step", [deploy.holder, deploy.tool])
}
