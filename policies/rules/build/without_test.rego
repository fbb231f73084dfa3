# METADATA
# title: Image is pushed without a test before
# description: What no test has to pass before it is pushed can be deployed although it does not work.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Let the job that pushes need the job that tests, or run the tests in a step before it."
#   since: 0.1.0
package guard.rules.build.without_test

import data.guard.lib.run

deny contains {"message": msg, "path": push.path} if {
	some push in input.pipeline.pushes
	not push.copies
	runs := run.without(push.runs, "test")
	count(runs) > 0
	msg := sprintf("%s: %s pushes an image that no test has to pass before (%s)", [push.holder, push.tool, run.titles(runs)])
}
