package guard.rules.provenance.platform_mismatch_test

import data.guard.rules.provenance.platform_mismatch

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

test_deny_different_platforms if {
	platform_mismatch.deny == {{"message": "container web: the platforms of image \"app:1.0.0\" differ: the user is x; the label is y", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", {"known": true, "inconsistent": ["the user is x", "the label is y"]})
}

test_allow_same_platforms if {
	platform_mismatch.deny == set() with input as _own("app:1.0.0", {"known": true})
}

test_allow_images_of_others if {
	platform_mismatch.deny == set() with input as _pod("app:1.0.0", {"known": true, "inconsistent": ["the user is x"]})
}
