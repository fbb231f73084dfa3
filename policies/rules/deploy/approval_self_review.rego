# METADATA
# title: Approval of production can be given alone
# description: Somebody has to agree, but that may be the one who started the deployment, or an administrator goes past it. One person is then enough to change production.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
#   description: What protects an environment on GitHub
# - ref: https://docs.gitlab.com/ci/environments/deployment_approvals/
#   description: Who may approve a deployment on GitLab
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "GitHub: in the environment's settings prevent self-review, and do not allow administrators to bypass its rules. GitLab: do not allow the pipeline's triggerer to approve the deployment."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.approval_self_review

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	_is_asked_for(deploy)
	faults := _faults(deploy.settings)
	count(faults) > 0
	msg := sprintf("%s: environment %s waits for an approval, but %s", [deploy.holder, deploy.environment, concat("; ", faults)])
}

_is_asked_for(deploy) if {
	deploy.tier == "production"
	deploy.approval in {"required", "proved"}
	deploy.settings.approval.holds == "yes"
}

_faults(settings) := array.concat(
	["whoever starts the deployment may give it" | _own_is_enough(settings)],
	["administrators may go past it" | settings.admins_may_bypass.holds == "yes"],
)

# Where two have to agree, the second is somebody else.
_own_is_enough(settings) if {
	settings.required_approvals.value == 1
	settings.self_review_prevented.holds == "no"
}
