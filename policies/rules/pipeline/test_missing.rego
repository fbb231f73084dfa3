# METADATA
# title: Changes run no test
# description: What this pipeline builds and deploys is checked by nothing.
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

deny contains {"message": msg, "path": deploys[0].path} if {
	deploys := input.pipeline.deploys
	count(deploys) > 0
	count(input.pipeline.pushes) == 0
	some wanted in input.pipeline.runs
	wanted.situation in {"main", "pull-request"}
	not _may_test
	msg := sprintf("%s: %s deploys, and nothing in this pipeline tests", [deploys[0].holder, deploys[0].tool])
}

_may_test if {
	some activity in input.pipeline.activities
	activity.kind in {"test", "coverage", "opaque"}
}
