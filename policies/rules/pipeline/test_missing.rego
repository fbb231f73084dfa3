# METADATA
# title: Changes run no test
# description: No pipeline of the repository runs a test in a pull request or a push to the default branch, so what is built and deployed is checked by nothing.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Run the tests on every pull request and on every push to the default branch."
#   since: 0.1.0
package guard.rules.pipeline.test_missing

# Where images are pushed, build/without-test says so.
deny contains {"message": msg, "path": first.path} if {
	input.pipeline.tests.asked
	input.pipeline.tests.run.holds == "no"
	count(input.pipeline.pushes) == 0
	first := [activity | some activity in input.pipeline.activities; activity.kind in {"build", "deploy"}][0]
	msg := sprintf("job %s: %s %s, and no pipeline tests pull requests or pushes to the default branch", [
		input.pipeline.jobs[first.job].id, first.tool, _does[first.kind],
	])
}

_does := {"build": "builds an image", "deploy": "deploys"}
