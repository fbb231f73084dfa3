package guard.rules.pipeline.coverage_missing_test

import data.guard.rules.pipeline.coverage_missing

_github(run) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"check": {"runs-on": "ubuntu-24.04", "steps": [{"run": run}]}}}))

_gitlab(job) := guard.parse_file(".gitlab-ci.yml", json.marshal({"check": job}))

test_deny_tests_alone if {
	coverage_missing.deny == {{
		"message": "the tests of this pipeline measure no coverage",
		"path": ["jobs", "check", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _github("pytest")
	count(coverage_missing.deny) == 1 with input as _gitlab({"script": ["go test ./..."]})
}

test_allow_tests_with_coverage if {
	coverage_missing.deny == set() with input as _github("pytest --cov=shop")
	coverage_missing.deny == set() with input as _gitlab({"script": ["go test -coverprofile=c.out ./..."]})
	coverage_missing.deny == set() with input as _gitlab({"script": ["go test ./..."], "artifacts": {"reports": {"coverage_report": {"coverage_format": "cobertura", "path": "c.xml"}}}})
	coverage_missing.deny == set() with input as _gitlab({"script": ["go test ./..."], "coverage": "/total: (\\d+)%/"})
}

test_allow_pipeline_without_tests if {
	coverage_missing.deny == set() with input as _github("ruff check .")
}

test_allow_what_cannot_be_seen_into if {
	coverage_missing.deny == set() with input as _github("pytest\n./coverage.sh")
}

test_allow_what_may_test_or_measure if {
	every command in ["./ci.sh", "mage", "mage test", "mage coverage"] {
		coverage_missing.deny == set() with input as _github(sprintf("pytest\n%s", [command]))
	}
}

test_deny_beside_what_cannot_be_seen_into_and_does_something_else if {
	count(coverage_missing.deny) == 1 with input as _github("pytest\nansible-playbook site.yml")
}

test_deny_report_of_another_kind if {
	count(coverage_missing.deny) == 1 with input as _gitlab({"script": ["go test ./..."], "artifacts": {"reports": {"junit": "report.xml"}}})
}
