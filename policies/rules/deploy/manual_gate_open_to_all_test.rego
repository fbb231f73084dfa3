package guard.rules.deploy.manual_gate_open_to_all_test

import data.guard.rules.deploy.manual_gate_open_to_all

_pipeline(when) := sprintf(
	`live:
  environment: production
  script: [kubectl apply -f k8s/]
  rules: [{if: '$CI_COMMIT_BRANCH == "main"', when: %s}]
`,
	[when],
)

_by_hand := _pipeline("manual")

_input(text, settings) := guard.parse_file_with(".gitlab-ci.yml", text, {"production": settings})

test_deny_unprotected_environment if {
	manual_gate_open_to_all.deny == {{
		"message": "job live is started by hand, but environment production is not protected, so everybody who may push to the branch may do it",
		"path": ["live"],
	}} with input as _input(_by_hand, {"protected": "no"})
}

test_allow_protected_environment if {
	manual_gate_open_to_all.deny == set() with input as _input(_by_hand, {"protected": "yes"})
}

test_allow_what_is_not_known if {
	manual_gate_open_to_all.deny == set() with input as _input(_by_hand, {})
	manual_gate_open_to_all.deny == set() with input as guard.parse_file(".gitlab-ci.yml", _by_hand)
}

test_allow_job_that_starts_by_itself if {
	manual_gate_open_to_all.deny == set() with input as _input(_pipeline("on_success"), {"protected": "no"})
}

test_allow_gate_before_production if {
	text := replace(replace(_by_hand, "production", "staging"), "live:", "next:")
	parsed := guard.parse_file_with(".gitlab-ci.yml", text, {"staging": {"protected": "no"}})
	parsed.pipeline.deploys[0].settings.protected.holds == "no"
	manual_gate_open_to_all.deny == set() with input as parsed
}

test_allow_gate_beside_a_job_that_starts_by_itself if {
	text := concat("", [_pipeline("on_success"), "ask:\n  script: [make]\n  when: manual\n"])
	manual_gate_open_to_all.deny == set() with input as _input(text, {"protected": "no"})
}
