package guard.rules.kubernetes.production_approval_test

import data.guard.rules.kubernetes.production_approval

_pod(approval) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", {"known": true, "exists": true, "trust": {"state": "judged", "approval": approval}})

test_deny_missing_and_refused if {
	every state in ["missing", "refused"] {
		production_approval.deny == {{"message": "container web: image \"ghcr.io/acme/app:1.0.0\" is not approved for production: it has ended", "path": ["spec", "containers", 0, "image"]}} with input as _pod({"environment": "production", "state": state, "reason": "it has ended"})
	}
}

test_allow_approved_unknown_and_not_demanded if {
	production_approval.deny == set() with input as _pod({"environment": "production", "state": "trusted"})
	production_approval.deny == set() with input as _pod({"environment": "production", "state": "unknown", "reason": "unavailable"})
	production_approval.deny == set() with input as _pod({})
}
