package guard.rules.image.too_old_test

import data.guard.rules.image.too_old

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_deny(created) := {d |
	some d in too_old.deny with input as _pod("ghcr.io/acme/app:1.0.0", {"known": true, "exists": true, "created": created})
		with data.guard.params as {"image/too-old": {"days": 90}}
}

test_deny_old if {
	_deny("2025-10-16T11:00:00Z") == {{"message": "container web: image \"ghcr.io/acme/app:1.0.0\" was built on 2025-10-16", "path": ["spec", "containers", 0, "image"]}}
}

test_allow_young if {
	_deny("2025-10-18T11:00:00Z") == set()
	_deny("2026-02-01T11:00:00Z") == set()
}

test_allow_unknown if {
	_deny("") == set()
}

test_allow_image_that_is_built_here if {
	text := guard.parse_with_facts("compose", "services: {web: {build: ., image: 'shop:1.2.3'}}", {"known": true, "exists": true, "created": "2020-10-16T11:00:00Z"})
	too_old.deny == set() with input as text
}

test_allow_where_the_day_is_not_known if {
	parsed := _pod("ghcr.io/acme/app:1.0.0", {"known": true, "exists": true, "created": "2020-10-16T11:00:00Z"})
	too_old.deny == set() with input as object.union(parsed, {"now": ""})
}
