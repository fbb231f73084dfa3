package guard.rules.provenance.revision_mismatch_test

import data.guard.rules.provenance.revision_mismatch

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

_facts(commit) := {"known": true, "exists": true, "platforms": [{"os": "linux", "commit": commit}]}

test_deny_other_commit if {
	revision_mismatch.deny == {{"message": "container web: the tag of image \"app:a1b2c3d\" names commit a1b2c3d, and its revision label c0ffee1789abcdef0123456789abcdef01234567", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:a1b2c3d", _facts("c0ffee1789abcdef0123456789abcdef01234567"))
}

test_allow_same_commit if {
	every tag in ["c0ffee1", "main-c0ffee1", "c0ffee1789abcdef0123456789abcdef01234567"] {
		revision_mismatch.deny == set() with input as _own(sprintf("app:%s", [tag]), _facts("c0ffee1789abcdef0123456789abcdef01234567"))
	}
	revision_mismatch.deny == set() with input as _own("app:c0ffee1789abcdef0123456789abcdef01234567", _facts("c0ffee17"))
}

test_allow_where_one_is_missing if {
	revision_mismatch.deny == set() with input as _own("app:a1b2c3d", _facts(""))
	revision_mismatch.deny == set() with input as _own("app:1.0.0", _facts("c0ffee1789abcdef0123456789abcdef01234567"))
}

test_allow_inherited_which_another_rule_tells if {
	revision_mismatch.deny == set() with input as _own("app:a1b2c3d", object.union(_facts("c0ffee1789abcdef0123456789abcdef01234567"), {"inherited": "x"}))
}

test_allow_images_of_others if {
	revision_mismatch.deny == set() with input as _pod("app:a1b2c3d", _facts("c0ffee1789abcdef0123456789abcdef01234567"))
}
