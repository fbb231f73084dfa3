package guard.rules.provenance.signature_untrusted_test

import data.guard.rules.provenance.signature_untrusted

_facts(trust) := {"known": true, "exists": true, "trust": trust}

_pod(trust) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", _facts(trust))

test_deny_signature_that_does_not_hold if {
	signature_untrusted.deny == {{"message": "container web: the signature of image \"ghcr.io/acme/app:1.0.0\" is not trusted: signed by another key", "path": ["spec", "containers", 0, "image"]}} with input as _pod({"state": "judged", "signature": {"state": "refused", "reason": "signed by another key"}})
}

test_deny_running_image_without_entry if {
	signature_untrusted.deny == {{"message": "container web: no entry of the trust policy is for image \"ghcr.io/acme/app:1.0.0\", so it is not trusted", "path": ["spec", "containers", 0, "image"]}} with input as _pod({"state": "untrusted"})
}

test_allow_base_image_without_entry if {
	signature_untrusted.deny == set() with input as guard.parse_with_facts("dockerfile", "FROM alpine:3.20.1\n", _facts({"state": "untrusted"}))
}

test_allow_running_image_without_entry_where_none_is_wanted if {
	signature_untrusted.deny == set() with input as _pod({"state": "untrusted"})
		with data.guard.params["provenance/signature-untrusted"] as {"need-entry": []}
}

test_allow_signed_unsigned_and_unknown if {
	signature_untrusted.deny == set() with input as _pod({"state": "judged", "signature": {"state": "trusted"}})
	signature_untrusted.deny == set() with input as _pod({"state": "judged", "signature": {"state": "missing"}})
	signature_untrusted.deny == set() with input as _pod({"state": "judged", "signature": {"state": "unknown"}})
	signature_untrusted.deny == set() with input as _pod({"state": "unknown"})
}

test_deny_everything_that_runs_without_entry if {
	pod := guard.parse_with_facts(
		"kubernetes", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: seed, image: "seed:1.2.0"}]
  containers: [{name: web, image: "web:1.3.0"}]
  ephemeralContainers: [{name: look, image: "look:1.4.0"}]
  volumes: [{name: model, image: {reference: "model:1.5.0"}}]
`,
		_facts({"state": "untrusted"}),
	)
	count(signature_untrusted.deny) == 4 with input as pod
	deployed := guard.parse_with_facts("gitops", "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{name: shop, newTag: 1.4.2}]\n", _facts({"state": "untrusted"}))
	count(signature_untrusted.deny) == 1 with input as deployed
}
