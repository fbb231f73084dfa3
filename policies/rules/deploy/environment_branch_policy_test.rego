package guard.rules.deploy.environment_branch_policy_test

import data.guard.rules.deploy.environment_branch_policy

_workflow := `on: {push: {branches: [main]}}
jobs:
  live:
    runs-on: x
    environment: production
    steps: [{run: kubectl apply -f k8s/}]
`

_input(settings) := guard.parse_file_with(".github/workflows/live.yml", _workflow, {"production": settings})

test_deny_any_branch if {
	environment_branch_policy.deny == {{
		"message": "job live, step 1: environment production takes deployments from any branch, so whoever can push one reaches production",
		"path": ["jobs", "live", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as _input({"exists": "yes", "any_branch": "yes"})
}

test_allow_some_branches if {
	environment_branch_policy.deny == set() with input as _input({"exists": "yes", "any_branch": "no"})
}

test_allow_what_is_not_known if {
	environment_branch_policy.deny == set() with input as _input({"exists": "yes"})
	environment_branch_policy.deny == set() with input as _input({"any_branch": "yes"})
}

test_allow_an_environment_that_is_missing if {
	environment_branch_policy.deny == set() with input as _input({"exists": "no", "any_branch": "yes"})
}

test_allow_without_settings if {
	environment_branch_policy.deny == set() with input as guard.parse_file(".github/workflows/live.yml", _workflow)
}

test_allow_environment_before_production if {
	text := replace(_workflow, "environment: production", "environment: staging")
	parsed := guard.parse_file_with(".github/workflows/live.yml", replace(text, "live:", "next:"), {"staging": {"exists": "yes", "any_branch": "yes"}})
	parsed.pipeline.deploys[0].settings.any_branch.holds == "yes"
	environment_branch_policy.deny == set() with input as parsed
}
