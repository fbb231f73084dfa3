package guard.rules.analysis.waiver_unused_test

import data.guard.rules.analysis.waiver_unused

_waiver(state, rule) := {
	"state": state,
	"rule": rule,
	"reason": "what is wrong with it",
	"file": "k8s/web.yaml",
	"path": ["spec"],
}

test_deny_unused if {
	waiver_unused.deny == {{
		"message": "waiver for image/tag-latest: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("unused", "image/tag-latest"), _waiver("expired", "image/tag-latest")]
}

test_deny_unused_that_names_no_rule if {
	waiver_unused.deny == {{
		"message": "waiver: what is wrong with it",
		"path": ["spec"],
		"file": "k8s/web.yaml",
	}} with input.waivers as [_waiver("unused", "")]
}

test_allow_expired if {
	waiver_unused.deny == set() with input.waivers as [_waiver("expired", "image/tag-latest")]
}
