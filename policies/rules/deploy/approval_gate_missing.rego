# METADATA
# title: Production is reached without an approval
# description: A run gets to production although nobody has to agree; the job names no environment that could ask, and no manual step stands before it.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: critical
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Give the job an environment that requires reviewers (environment: production), or put a manual job that blocks before it."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.approval_gate_missing

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	deploy.tier == "production"
	deploy.approval in {"required", "proved"}
	runs := run.without(deploy.runs, "approval")
	count(runs) > 0
	msg := sprintf("%s: %s reaches production and nobody has to agree (%s)", [deploy.holder, deploy.tool, run.titles(runs)])
}
