# METADATA
# title: Image is pushed without a gate that is asked for
# description: A gate such as the linter that need not hold before an image is pushed holds nothing back.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Let the job that pushes need the jobs of all gates, or narrow the parameter gates down to those you have."
#   since: 0.1.0
#   params:
#     gates:
#       type: array
#       default: [lint]
#       profiles: {strict: [lint, typecheck, coverage, scan]}
#       description: "Gates that must hold before a push, of lint, typecheck, coverage and scan; build/without-test asks for tests."
package guard.rules.build.gates_missing

import data.guard.lib.run

deny contains {"message": msg, "path": push.path} if {
	some push in input.pipeline.pushes
	not push.copies
	count(run.without(push.runs, "test")) == 0 # else build/without-test says that nothing is asked for
	missing := [gate |
		some gate in data.guard.params["build/gates-missing"].gates
		count(run.without(push.runs, gate)) > 0
	]
	count(missing) > 0
	msg := sprintf("%s: %s pushes an image although nothing asks for %s before", [push.holder, push.tool, concat(" and ", missing)])
}
