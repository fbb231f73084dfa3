package guard.rules.analysis.waiver_invalid_test

import data.guard.rules.analysis.waiver_invalid

_waiver(state, rule) := {
	"state": state,
	"rule": rule,
	"reason": "what is wrong with it",
	"file": "k8s/web.yaml",
	"path": ["spec"],
}

test_deny_invalid if {
	waiver_invalid.deny == {{
		"message": "waiver for image/tag-latest: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("invalid", "image/tag-latest"), _waiver("unused", "image/tag-latest")]
}

test_deny_invalid_that_names_no_rule if {
	waiver_invalid.deny == {{
		"message": "waiver: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("invalid", "")]
}

test_allow_unused if {
	waiver_invalid.deny == set() with input.waivers as [_waiver("unused", "image/tag-latest")]
}
