package guard.rules.image.missing_in_registry_test

import data.guard.rules.image.missing_in_registry

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

test_deny_missing if {
	missing_in_registry.deny == {{"message": "container web: the registry has no image \"ghcr.io/acme/app:1.0.0\"", "path": ["spec", "containers", 0, "image"]}} with input as _pod("ghcr.io/acme/app:1.0.0", {"known": true})
}

test_allow_image_that_is_there if {
	missing_in_registry.deny == set() with input as _pod("ghcr.io/acme/app:1.0.0", {"known": true, "exists": true})
}

test_allow_unknown if {
	missing_in_registry.deny == set() with input as _pod("ghcr.io/acme/app:1.0.0", {"reason": "unavailable"})
	missing_in_registry.deny == set() with input as guard.parse("dockerfile", "FROM alpine:3.20.1\n")
}
