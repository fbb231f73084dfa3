package guard.rules.provenance.labels_missing_test

import data.guard.rules.provenance.labels_missing

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

_platform := {"revision": "a1b2c3d", "source": "https://example.com/team/shop"}

_facts(platforms) := {"known": true, "exists": true, "platforms": platforms}

test_deny_no_labels if {
	labels_missing.deny == {{"message": "container web: image \"app:1.0.0\" lacks the label org.opencontainers.image.revision and org.opencontainers.image.source", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", _facts([{"os": "linux"}]))
}

test_deny_one_missing_on_one_platform if {
	labels_missing.deny == {{"message": "container web: image \"app:1.0.0\" lacks the label org.opencontainers.image.source", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", _facts([_platform, {"revision": "a1b2c3d"}]))
}

test_allow_labels if {
	labels_missing.deny == set() with input as _own("app:1.0.0", _facts([_platform]))
}

test_allow_inherited_which_another_rule_tells if {
	labels_missing.deny == set() with input as _own("app:1.0.0", object.union(_facts([{"revision": "a1b2c3d"}]), {"inherited": "x"}))
}

test_allow_images_of_others_and_unknown if {
	labels_missing.deny == set() with input as _pod("app:1.0.0", _facts([{"os": "linux"}]))
	labels_missing.deny == set() with input as _own("app:1.0.0", {"reason": "unavailable"})
}
