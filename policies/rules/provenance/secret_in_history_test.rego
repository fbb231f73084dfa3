package guard.rules.provenance.secret_in_history_test

import data.guard.rules.provenance.secret_in_history

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_own(image, facts) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

_facts := {"known": true, "secrets": [{"place": "history", "what": "a secret by its name", "redacted": "ab****"}]}

test_deny_secret if {
	secret_in_history.deny == {{"message": "container web: image \"app:1.0.0\" holds a secret by its name (ab****) in its history", "path": ["spec", "containers", 0, "image"]}} with input as _own("app:1.0.0", _facts)
}

test_allow_no_secret if {
	secret_in_history.deny == set() with input as _own("app:1.0.0", {"known": true})
}

test_allow_images_of_others if {
	secret_in_history.deny == set() with input as _pod("app:1.0.0", _facts)
}
