package guard.rules.provenance.source_mismatch_test

import data.guard.rules.provenance.source_mismatch

_pod(expected, sources) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", {"known": true, "exists": true, "trust": {"state": "judged", "expected": expected, "origins": [{"source": s} | some s in sources]}})

_own(parsed) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]})

_says(what) := {{"message": concat("", ["container web: image \"ghcr.io/acme/app:1.0.0\" was built from ", what]), "path": ["spec", "containers", 0, "image"]}}

test_deny_another_repository_than_the_one_that_builds_it if {
	source_mismatch.deny == _says("github.com/evil/app by its signed provenance, expected is github.com/acme/app") with input as _own(_pod("github.com/acme/app", ["github.com/evil/app"]))
	source_mismatch.deny == _says("github.com/acme/app/fork by its signed provenance, expected is github.com/acme/app") with input as _own(_pod("github.com/acme/app", ["github.com/acme/app/fork"]))
}

test_deny_names_that_begin_the_same if {
	source_mismatch.deny == _says("github.com/acme-evil/app by its signed provenance, expected is https://github.com/acme") with input as _own(_pod("", ["github.com/acme-evil/app"]))
		with data.guard.params["provenance/source-mismatch"] as {"sources": ["https://github.com/Acme"]}
}

test_allow_expected if {
	source_mismatch.deny == set() with input as _own(_pod("github.com/acme/app", ["github.com/acme/app"]))
	source_mismatch.deny == set() with input as _own(_pod("github.com/acme/app", ["github.com/other/x", "github.com/acme/app"]))
	source_mismatch.deny == set() with input as _own(_pod("", ["github.com/acme/app"]))
		with data.guard.params["provenance/source-mismatch"] as {"sources": ["https://github.com/acme"]}
}

test_allow_where_nothing_is_expected_or_named if {
	source_mismatch.deny == set() with input as _own(_pod("", ["github.com/evil/app"]))
	source_mismatch.deny == set() with input as _own(_pod("github.com/acme/app", [""]))
	source_mismatch.deny == set() with input as _pod("github.com/acme/app", ["github.com/evil/app"])
}
