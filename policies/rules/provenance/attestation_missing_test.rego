package guard.rules.provenance.attestation_missing_test

import data.guard.rules.provenance.attestation_missing

_pod(attestations) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", {"known": true, "exists": true, "trust": {"state": "judged", "attestations": attestations}})

_sbom(state, reason) := {"name": "sbom", "predicate_type": "https://spdx.dev/Document", "state": state, "reason": reason}

_says(what) := {"message": concat("", ["container web: image \"ghcr.io/acme/app:1.0.0\" ", what]), "path": ["spec", "containers", 0, "image"]}

test_deny_missing_and_refused if {
	attestation_missing.deny == {
		_says("lacks the attestation \"sbom\" (https://spdx.dev/Document), which the trust policy demands: there is none"),
		_says("has no attestation \"sbom\" (https://spdx.dev/Document) that holds, which the trust policy demands: signed by another key"),
	} with input as _pod([_sbom("missing", "there is none"), _sbom("refused", "signed by another key")])
}

test_allow_trusted_and_unknown if {
	attestation_missing.deny == set() with input as _pod([_sbom("trusted", ""), _sbom("unknown", "unavailable")])
}

test_allow_none_demanded if {
	attestation_missing.deny == set() with input as _pod([])
}
