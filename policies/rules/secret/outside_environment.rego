# METADATA
# title: Production secret in a job without an environment
# description: A secret of the repository can be read by every job of every branch; one that belongs to an environment is given out only behind the environment's protection rules.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/concepts/workflows-and-actions/deployment-environments
#   description: Environments of GitHub
# - ref: https://docs.gitlab.com/ci/environments/#limit-the-environment-scope-of-a-cicd-variable
#   description: Environment scope of GitLab variables
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: Give the job the environment, move the secret there, and protect it.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
#   params:
#     words:
#       type: array
#       default: [PROD, PRODUCTION, LIVE]
#       description: Words in the name of a secret that say that it is production's.
package guard.rules.secret.outside_environment

deny contains {"message": msg, "path": secret.path} if {
	input.pipeline.form != "action"
	some job in input.pipeline.jobs
	not job.hidden
	not _calls(job)
	job.environment.value == ""
	some secret in job.secrets
	some word in split(secret.name, "_")
	word in data.guard.params["secret/outside-environment"].words
	msg := sprintf("job %s reads %s and has no environment", [job.id, secret.name])
}

_calls(job) if job.uses != null
