package guard.rules.build.provenance_missing_test

import data.guard.rules.build.provenance_missing

_github(steps) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))

_build(version, inputs) := {
	"uses": sprintf("docker/build-push-action@%s", [version]),
	"with": object.union({"push": true, "tags": "ghcr.io/acme/shop:1.4.2"}, inputs),
}

_gitlab(script) := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": script}}))

test_deny_provenance_switched_off if {
	provenance_missing.deny == {{
		"message": "job ship, step 1: docker/build-push-action pushes an image without provenance, and nothing attests or signs it",
		"path": ["jobs", "ship", "steps", 0, "uses"],
	}} with input as _github([_build("v6", {"provenance": false})])
}

test_deny_version_that_attaches_none if {
	count(provenance_missing.deny) == 1 with input as _github([_build("v3", {})])
}

test_deny_gitlab_push_of_what_was_built_before if {
	provenance_missing.deny == {{
		"message": "job ship, script: docker push pushes an image without provenance, and nothing attests or signs it",
		"path": ["ship", "script", 1, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _gitlab(["docker build -t registry.example.com/shop:1.4.2 .", "docker push registry.example.com/shop:1.4.2"])
}

test_allow_what_buildkit_attaches_by_itself if {
	provenance_missing.deny == set() with input as _github([_build("v6", {})])
	provenance_missing.deny == set() with input as _gitlab(["docker buildx build --push -t registry.example.com/shop:1.4.2 ."])
}

test_allow_signature_or_attestation if {
	provenance_missing.deny == set() with input as _github([_build("v6", {"provenance": false}), {"uses": "actions/attest-build-provenance@v2", "with": {"subject-name": "ghcr.io/acme/shop"}}])
	provenance_missing.deny == set() with input as _gitlab(["docker build -t registry.example.com/shop:1.4.2 .", "docker push registry.example.com/shop:1.4.2", "cosign sign registry.example.com/shop:1.4.2"])
}

test_allow_what_is_not_known if {
	provenance_missing.deny == set() with input as _github([_build("v6", {"provenance": "${{ vars.PROVENANCE }}"})])
	provenance_missing.deny == set() with input as _github([_build("v6", {"provenance": false}), {"run": "./sign.sh"}])
	provenance_missing.deny == set() with input as _gitlab(["docker push registry.example.com/shop:1.4.2"])
}

test_allow_push_that_may_not_take_place if {
	provenance_missing.deny == set() with input as _github([object.union(_build("v6", {"provenance": false}), {"if": "vars.PUSH == 'yes'"})])
}
