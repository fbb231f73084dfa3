# METADATA
# title: Pipeline that its provider refuses
# description: The provider runs none of the file, or not the part that is wrong, so what it was to test, build or guard does not happen.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
#   description: Workflow syntax of GitHub Actions
# - ref: https://docs.gitlab.com/ci/yaml/
#   description: CI/CD YAML syntax of GitLab
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: Correct the key, name or expression as the message says.
#   since: 0.1.0
package guard.rules.pipeline.syntax_invalid

deny contains {"message": problem.message, "path": problem.path} if {
	some problem in input.pipeline.invalid
}
