# METADATA
# title: All secrets are handed over at once
# description: The called workflow, or the step, can read every secret of the repository and organisation, also those it has no need of, and those added tomorrow.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow
#   description: Passing secrets to a reusable workflow
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Name the secrets that are needed, one by one.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.inherited

import data.guard.lib.pipeline

deny contains {"message": msg, "path": job.secrets_path} if {
	some job in input.pipeline.jobs
	job.secrets_passed == "inherit"
	msg := sprintf("job %s hands all secrets to the workflow it calls", [job.id])
}

deny contains {"message": "the expression reads all secrets at once", "path": expression.path} if {
	some expression in _expressions
	"secrets" in expression.contexts
}

_expressions := array.concat(
	input.pipeline.expressions,
	[expression | some script in pipeline.scripts; some expression in script.expressions],
)
