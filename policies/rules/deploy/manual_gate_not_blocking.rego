# METADATA
# title: Manual gate that holds nothing back
# description: A manual job whose failure is allowed, as it is by default, does not stop the pipeline; later stages run although nobody has started it.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Set allow_failure to false on the manual job, or put when: manual into rules."
#   since: 0.1.0
package guard.rules.deploy.manual_gate_not_blocking

deny contains {"message": msg, "path": gate.path} if {
	some gate in input.pipeline.held_jobs
	count(gate.passed) > 0
	msg := sprintf("job %s is started by hand, but %s runs without it: its failure is allowed, so nothing waits", [gate.job, concat(", ", gate.passed)])
}

deny contains {"message": msg, "path": gate.path} if {
	some gate in input.pipeline.held_jobs
	gate.blocks.holds == "no"
	count(gate.passed) == 0
	gate.deploys == "production"
	msg := sprintf("job %s is started by hand, but its failure is allowed: the pipeline is reported as passed without it", [gate.job])
}
