package guard.rules.provenance.unknown_commit_test

import data.guard.rules.provenance.unknown_commit

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

_facts(state) := {"known": true, "commits": [{"id": "a1b2c3d", "from": "label", "state": state, "reason": "it is not there"}]}

test_deny_commit_that_is_not_there if {
	every state in ["missing", "unreached", "no commit"] {
		unknown_commit.deny == {{"message": "container web: image \"app:1.0.0\" says by its label that it was built from commit a1b2c3d: it is not there", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", _facts(state))
	}
}

test_allow_commit_that_is_there_and_unknown if {
	every state in ["reached", "ambiguous", "unknown"] {
		unknown_commit.deny == set() with input as _own("app:1.0.0", _facts(state))
	}
}

test_allow_images_of_others if {
	unknown_commit.deny == set() with input as _pod("app:1.0.0", _facts("missing"))
}
