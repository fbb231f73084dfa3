# METADATA
# title: Production takes deployments from any branch
# description: Whoever can push a branch can change the workflow in it, and deploy what nobody has reviewed, with the secrets of production.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
#   description: Deployment branches and tags
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Let the environment accept protected branches only, or name the branches and tags that may deploy to it."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.environment_branch_policy

# An environment that does not exist is told of as one that asks nobody.
deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	deploy.settings.exists.holds == "yes"
	deploy.settings.any_branch.holds == "yes"
	msg := sprintf("%s: environment %s takes deployments from any branch, so whoever can push one reaches production", [deploy.holder, deploy.environment])
}
