package guard.rules.build.labels_missing_test

import data.guard.rules.build.labels_missing

_github(inputs, before) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": array.concat(before, [{
	"uses": "docker/build-push-action@v6",
	"with": object.union({"push": true, "tags": "ghcr.io/acme/shop:1.4.2"}, inputs),
}])}}}))

_gitlab(options) := guard.parse_file(".gitlab-ci.yml", sprintf(
	"ship: {script: ['docker build %s -t registry.example.com/shop:1.4.2 .', 'docker push registry.example.com/shop:1.4.2']}",
	[options],
))

# _read is the input as if the Dockerfile had been read, and had set nothing.
_read(text) := object.union(text, {"pipeline": {"activities": [activity |
	some before in text.pipeline.activities
	activity := object.union(before, {"labels_unknown": trim_prefix(before.labels_unknown, "Dockerfile was not read")})
]}})

test_deny_no_labels if {
	labels_missing.deny == {{
		"message": "job ship, step 1: the image that docker/build-push-action builds has no label org.opencontainers.image.revision and no label org.opencontainers.image.source",
		"path": ["jobs", "ship", "steps", 0, "uses"],
	}} with input as _read(_github({}, []))
}

test_deny_one_of_two if {
	labels_missing.deny == {{
		"message": "job ship, script: the image that docker build builds has no label org.opencontainers.image.source",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _read(_gitlab("--label org.opencontainers.image.revision=$CI_COMMIT_SHA"))
}

test_allow_labels_of_the_build if {
	labels_missing.deny == set() with input as _read(_github({"labels": "org.opencontainers.image.revision=${{ github.sha }}\norg.opencontainers.image.source=https://example.com/shop"}, []))
	labels_missing.deny == set() with input as _read(_gitlab("--label org.opencontainers.image.revision=$CI_COMMIT_SHA --label org.opencontainers.image.source=$CI_PROJECT_URL"))
}

test_allow_labels_of_metadata_action if {
	meta := {"id": "meta", "uses": "docker/metadata-action@v5", "with": {"images": "ghcr.io/acme/shop"}}
	text := _github({"labels": "${{ steps.meta.outputs.labels }}"}, [meta])
	labels_missing.deny == set() with input as _read(text)
	text.pipeline.activities[0].labels == ["org.opencontainers.image.revision", "org.opencontainers.image.source"]
}

test_allow_what_is_not_known if {
	text := _github({"labels": "${{ vars.LABELS }}"}, [])
	text.pipeline.activities[0].labels_unknown == "which labels ${{ vars.LABELS }} holds is not known"
	labels_missing.deny == set() with input as text
	labels_missing.deny == set() with input as _github({}, [])
	labels_missing.deny == set() with input as _gitlab("$LABELS")
}

test_allow_build_that_is_not_pushed if {
	labels_missing.deny == set() with input as _read(_github({"push": false}, []))
}

test_allow_push_that_may_not_take_place if {
	text := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "if": "vars.PUSH == 'yes'", "steps": [{"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": "ghcr.io/acme/shop:1.4.2"}}]}}}))
	count(text.pipeline.pushes) == 1
	labels_missing.deny == set() with input as _read(text)
}
