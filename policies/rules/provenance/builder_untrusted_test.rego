package guard.rules.provenance.builder_untrusted_test

import data.guard.rules.provenance.builder_untrusted

_pod(origins) := guard.parse_with_facts("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'ghcr.io/acme/app:1.0.0'}]}", {"known": true, "exists": true, "trust": {"state": "judged", "origins": origins}})

_own(parsed) := object.union(parsed, {"images": [object.union(i, {"own": true}) | some i in parsed.images]})

_origin := {"builder": "https://github.com/actions/runner/github-hosted", "workflow": "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main", "trigger": "push"}

_says(what) := {{"message": concat("", ["container web: image \"ghcr.io/acme/app:1.0.0\" was built by what is not allowed: ", what]), "path": ["spec", "containers", 0, "image"]}}

_params(changed) := object.union({"builders": [], "workflows": [], "triggers": [], "outsiders": ["pull_request"]}, changed)

test_deny_outsider if {
	every trigger in ["pull_request", "pull_request_target", "issue_comment", "merge_request_event", "external_pull_request_event"] {
		builder_untrusted.deny == _says(sprintf("trigger %q", [trigger])) with input as _own(_pod([object.union(_origin, {"trigger": trigger})]))
	}
}

test_deny_what_is_not_listed if {
	builder_untrusted.deny == _says("builder \"https://github.com/actions/runner/github-hosted\" and trigger \"push\" and workflow \"https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main\"") with input as _own(_pod([_origin]))
		with data.guard.params["provenance/builder-untrusted"] as _params({"builders": ["https://github.com/actions/runner/self-hosted"], "workflows": ["https://github.com/acme/app/.github/workflows/release.yml@refs/tags/*"], "triggers": ["release"]})
}

test_deny_what_is_listed_and_not_named if {
	builder_untrusted.deny == _says("builder that its provenance does not name") with input as _own(_pod([{"trigger": "push"}]))
		with data.guard.params["provenance/builder-untrusted"] as _params({"builders": ["https://github.com/actions"]})
}

test_allow_what_is_listed if {
	builder_untrusted.deny == set() with input as _own(_pod([_origin]))
		with data.guard.params["provenance/builder-untrusted"] as _params({"builders": ["https://github.com/actions/runner"], "workflows": ["https://github.com/acme"], "triggers": ["push"]})
	builder_untrusted.deny == set() with input as _own(_pod([object.union(_origin, {"trigger": "pull_request"})]))
		with data.guard.params["provenance/builder-untrusted"] as _params({"triggers": ["pull_request"]})
}

test_allow_where_one_of_several_holds if {
	builder_untrusted.deny == set() with input as _own(_pod([object.union(_origin, {"trigger": "pull_request"}), _origin]))
}

test_allow_images_of_others_and_no_provenance if {
	builder_untrusted.deny == set() with input as _pod([object.union(_origin, {"trigger": "pull_request"})])
	builder_untrusted.deny == set() with input as _own(_pod([]))
}
