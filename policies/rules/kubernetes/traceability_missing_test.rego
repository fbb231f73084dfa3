package guard.rules.kubernetes.traceability_missing_test

import data.guard.rules.kubernetes.traceability_missing

_commit := "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"

_pod(metadata, tag) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {name: web%s}
spec: {containers: [{name: web, image: "shop:%s"}]}
`,
	[metadata, tag],
))

test_deny_nothing_said if {
	traceability_missing.deny == {{"message": "Pod/web carries no annotation that names its commit or source", "path": ["metadata"]}} with input as _pod("", "1.0.0")
}

test_deny_commit_that_is_not_the_images if {
	traceability_missing.deny == {{"message": sprintf("Pod/web says commit fedcba9876, but its image is of commit %s", [_commit]), "path": ["metadata", "annotations", "git-commit"]}} with input as _pod(", annotations: {git-commit: fedcba9876}", _commit)
}

test_allow_what_agrees if {
	traceability_missing.deny == set() with input as _pod(sprintf(", annotations: {org.opencontainers.image.revision: %s}", [_commit]), "0a1b2c3")
	traceability_missing.deny == set() with input as _pod(", labels: {git-sha: 0a1b2c3d}", _commit)
	traceability_missing.deny == set() with input as _pod(", annotations: {git-commit: fedcba9876}", "1.0.0")
	traceability_missing.deny == set() with input as _pod(", annotations: {org.opencontainers.image.source: 'https://git.example.com/shop'}", _commit)
}

test_allow_object_without_pod_and_patch if {
	traceability_missing.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: Service}")
	traceability_missing.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: Pod, spec: {containers: [{name: patched}]}}")
}

test_deny_what_says_neither_commit_nor_source if {
	every metadata in [", annotations: {note: shop}", ", annotations: {git-commit: ''}"] {
		count(traceability_missing.deny) == 1 with input as _pod(metadata, "1.0.0")
	}
}

test_deny_commit_beside_an_image_that_names_none if {
	text := guard.parse("kubernetes", sprintf("{apiVersion: v1, kind: Pod, metadata: {name: web, annotations: {git-commit: fedcba9876}}, spec: {containers: [{name: web, image: 'shop:%s'}, {name: log, image: 'log:1.0.0'}]}}", [_commit]))
	count(traceability_missing.deny) == 1 with input as text
}

test_allow_every_key_that_names_commit_or_source if {
	every key in ["org.opencontainers.image.revision", "org.opencontainers.image.source", "app.kubernetes.io/commit", "app.kubernetes.io/revision", "app.kubernetes.io/source"] {
		traceability_missing.deny == set() with input as _pod(sprintf(", annotations: {%s: release}", [key]), "1.0.0")
	}
}

test_allow_number_that_is_no_commit if {
	traceability_missing.deny == set() with input as _pod(", annotations: {revision: '42'}", _commit)
}
