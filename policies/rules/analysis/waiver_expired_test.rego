package guard.rules.analysis.waiver_expired_test

import data.guard.rules.analysis.waiver_expired

_waiver(state, rule) := {
	"state": state,
	"rule": rule,
	"reason": "what is wrong with it",
	"file": "k8s/web.yaml",
	"path": ["spec"],
}

test_deny_expired if {
	waiver_expired.deny == {{
		"message": "waiver for image/tag-latest: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("expired", "image/tag-latest"), _waiver("unused", "image/tag-latest")]
}

test_deny_expired_that_names_no_rule if {
	waiver_expired.deny == {{
		"message": "waiver: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("expired", "")]
}

test_allow_unused if {
	waiver_expired.deny == set() with input.waivers as [_waiver("unused", "image/tag-latest")]
}
