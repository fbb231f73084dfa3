package guard.rules.deploy.approval_self_review_test

import data.guard.rules.deploy.approval_self_review

_workflow := `on: {push: {branches: [main]}}
jobs:
  live:
    runs-on: x
    environment: production
    steps: [{run: kubectl apply -f k8s/}]
`

_input(settings) := guard.parse_file_with(".github/workflows/live.yml", _workflow, {"production": settings})

_messages(settings) := {f.message | some f in approval_self_review.deny with input as _input(settings)}

_sound := {"approval": "yes", "required_approvals": 1, "self_review_prevented": "yes", "admins_may_bypass": "no"}

test_deny_own_approval if {
	approval_self_review.deny == {{
		"message": "job live, step 1: environment production waits for an approval, but whoever starts the deployment may give it",
		"path": ["jobs", "live", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as _input(object.union(_sound, {"self_review_prevented": "no"}))
}

test_deny_administrators if {
	_messages(object.union(_sound, {"admins_may_bypass": "yes"})) == {"job live, step 1: environment production waits for an approval, but administrators may go past it"}
}

test_deny_both_in_one_finding if {
	_messages({"approval": "yes", "required_approvals": 1, "self_review_prevented": "no", "admins_may_bypass": "yes"}) == {"job live, step 1: environment production waits for an approval, but whoever starts the deployment may give it; administrators may go past it"}
}

test_allow_sound if {
	_messages(_sound) == set()
}

test_allow_own_approval_that_needs_another if {
	_messages(object.union(_sound, {"required_approvals": 2, "self_review_prevented": "no"})) == set()
}

test_allow_what_is_not_known if {
	_messages({"approval": "yes", "required_approvals": 1}) == set()
	_messages({"self_review_prevented": "no", "admins_may_bypass": "yes"}) == set()
	_messages({}) == set()
}

test_allow_without_settings if {
	approval_self_review.deny == set() with input as guard.parse_file(".github/workflows/live.yml", _workflow)
}

test_allow_an_environment_before_production if {
	text := replace(_workflow, "environment: production", "environment: staging")
	settings := {"staging": {"approval": "yes", "required_approvals": 1, "self_review_prevented": "no", "admins_may_bypass": "yes"}}
	approval_self_review.deny == set() with input as guard.parse_file_with(".github/workflows/live.yml", replace(text, "live:", "next:"), settings)
}

_with_approval(tier, approval) := {f.message |
	parsed := _input(object.union(_sound, {"self_review_prevented": "no"}))
	some f in approval_self_review.deny with input as object.union(parsed, {"pipeline": {"deploys": [object.union(deploy, {"tier": tier, "approval": approval}) | some deploy in parsed.pipeline.deploys]}})
}

test_deny_wherever_production_asks_for_an_approval if {
	count(_with_approval("production", "required")) == 1
	count(_with_approval("production", "proved")) == 1
}

test_allow_approval_that_nobody_asks_for if {
	_with_approval("production", "none") == set()
	_with_approval("staging", "required") == set()
}
