# METADATA
# title: Manual gate that anybody may open
# description: A manual job says when something happens, not who decides it. Where its environment is not protected, everybody who may push to the branch, or merge into it, can start it.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.gitlab.com/ci/environments/protected_environments/
#   description: Protected environments
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Protect the environment and say who may deploy to it, and who must approve."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.manual_gate_open_to_all

deny contains {"message": msg, "path": gate.path} if {
	some gate in input.pipeline.held_jobs
	some deploy in input.pipeline.deploys
	deploy.job == gate.job
	deploy.tier == "production"
	deploy.settings.protected.holds == "no"
	msg := sprintf("job %s is started by hand, but environment %s is not protected, so everybody who may push to the branch may do it", [gate.job, deploy.environment])
}
