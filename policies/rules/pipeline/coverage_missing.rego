# METADATA
# title: Tests measure no coverage
# description: Without coverage nobody sees what the tests leave out.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Measure it, e.g. pytest --cov, go test -cover."
#   since: 0.1.0
package guard.rules.pipeline.coverage_missing

deny contains {"message": "the tests of this pipeline measure no coverage", "path": tests[0].path} if {
	tests := [activity | some activity in input.pipeline.activities; activity.kind == "test"]
	every job in input.pipeline.jobs {
		not _reports(job)
	}
	every activity in input.pipeline.activities {
		activity.kind != "coverage"
		not _may_measure(activity)
	}
}

# What cannot be seen into may measure it.
_may_measure(activity) if {
	activity.kind == "opaque"
	activity.like in {"", "test", "coverage"}
}

_reports(job) if job.coverage.value != ""

_reports(job) if {
	some report in job.reports
	report.kind == "coverage_report"
}
