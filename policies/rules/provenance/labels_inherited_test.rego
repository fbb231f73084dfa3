package guard.rules.provenance.labels_inherited_test

import data.guard.rules.provenance.labels_inherited

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

test_deny_inherited if {
	labels_inherited.deny == {{"message": "container web: the labels of image \"app:1.0.0\" are not its own: it is that of x", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", {"known": true, "inherited": "it is that of x"})
}

test_allow_own_labels if {
	labels_inherited.deny == set() with input as _own("app:1.0.0", {"known": true})
}

test_allow_images_of_others if {
	labels_inherited.deny == set() with input as _pod("app:1.0.0", {"known": true, "inherited": "it is that of x"})
}
