package guard.rules.provenance.signature_missing_test

import data.guard.rules.provenance.signature_missing

_pod(trust) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", {"known": true, "exists": true, "trust": trust})

test_deny_no_signature if {
	signature_missing.deny == {{"message": "container web: image \"ghcr.io/acme/app:1.0.0\" is not signed: there is no signature", "path": ["spec", "containers", 0, "image"]}} with input as _pod({"state": "judged", "signature": {"state": "missing", "reason": "there is no signature"}})
}

test_allow_signed if {
	signature_missing.deny == set() with input as _pod({"state": "judged", "signature": {"state": "trusted"}})
}

test_allow_refused_which_another_rule_tells if {
	signature_missing.deny == set() with input as _pod({"state": "judged", "signature": {"state": "refused"}})
}

test_allow_not_demanded_and_unknown if {
	signature_missing.deny == set() with input as _pod({"state": "judged"})
	signature_missing.deny == set() with input as _pod({"state": "judged", "signature": {"state": "unknown", "reason": "unavailable"}})
	signature_missing.deny == set() with input as _pod({"state": "unknown"})
	signature_missing.deny == set() with input as guard.parse("dockerfile", "FROM alpine:3.20.1\n")
}
