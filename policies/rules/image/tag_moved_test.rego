package guard.rules.image.tag_moved_test

import data.guard.rules.image.tag_moved

_pod(image, facts) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]), facts)

_digest := "sha256:1111111111111111111111111111111111111111111111111111111111111111"

_moved := "sha256:2222222222222222222222222222222222222222222222222222222222222222"

_facts(tag) := {"known": true, "exists": true, "digest": _digest, "tag_digest": tag}

test_deny_tag_that_moved if {
	tag_moved.deny == {{
		"message": sprintf("container web: the tag \"1.4.2\" of image \"ghcr.io/acme/app\" names %s today", [_moved]),
		"path": ["spec", "containers", 0, "image"],
	}} with input as _pod(sprintf("ghcr.io/acme/app:1.4.2@%s", [_digest]), _facts(_moved))
}

test_allow_same_digest_and_unknown if {
	every tag in [_digest, ""] {
		tag_moved.deny == set() with input as _pod(sprintf("ghcr.io/acme/app:1.4.2@%s", [_digest]), _facts(tag))
	}
}

test_allow_tags_that_are_there_to_move if {
	every tag in ["latest", "stable", "main", "1.4", "blue"] {
		tag_moved.deny == set() with input as _pod(sprintf("ghcr.io/acme/app:%s@%s", [tag, _digest]), _facts(_moved))
	}
}

test_allow_base_image if {
	tag_moved.deny == set() with input as guard.parse_with_facts("dockerfile", sprintf("FROM alpine:3.20.1@%s\n", [_digest]), _facts(_moved))
}

_running(image, running, facts) := object.union(parsed, {"images": [object.union(i, {"running": running}) | some i in parsed.images]}) if {
	parsed := _pod(image, facts)
}

test_deny_pod_that_runs_what_the_tag_named_before if {
	tag_moved.deny == {{
		"message": sprintf("container web: runs %s, and the tag \"1.4.2\" of image \"ghcr.io/acme/app\" names %s today", [_moved, _digest]),
		"path": ["spec", "containers", 0, "image"],
	}} with input as _running("ghcr.io/acme/app:1.4.2", _moved, _facts(""))
}

test_allow_pod_that_runs_what_the_tag_names if {
	every running in [_digest, ""] {
		tag_moved.deny == set() with input as _running("ghcr.io/acme/app:1.4.2", running, _facts(""))
	}
	tag_moved.deny == set() with input as _running("ghcr.io/acme/app:1.4.2", _moved, object.union(_facts(""), {"platforms": [{"digest": _moved}]}))
}

test_allow_pod_of_which_more_is_not_known if {
	tag_moved.deny == set() with input as _running("ghcr.io/acme/app:1.4.2", _moved, {"known": true})
	tag_moved.deny == set() with input as _running("ghcr.io/acme/app:1.4", _moved, _facts(""))
	tag_moved.deny == set() with input as _running(sprintf("ghcr.io/acme/app:1.4.2@%s", [_digest]), _moved, _facts(_digest))
}

test_deny_names_the_whole_tag if {
	{d.message | some d in tag_moved.deny} == {sprintf("container web: the tag \"1.4.2-alpine\" of image \"ghcr.io/acme/app\" names %s today", [_moved])} with input as _pod(sprintf("ghcr.io/acme/app:1.4.2-alpine@%s", [_digest]), _facts(_moved))
	{d.message | some d in tag_moved.deny} == {sprintf("container web: runs %s, and the tag \"1.4.2-alpine\" of image \"ghcr.io/acme/app\" names %s today", [_moved, _digest])} with input as _running("ghcr.io/acme/app:1.4.2-alpine", _moved, _facts(""))
}

test_allow_what_is_not_run if {
	parsed := guard.parse_with_facts("dockerfile", "FROM alpine:3.20.1\n", _facts(""))
	tag_moved.deny == set() with input as object.union(parsed, {"images": [object.union(i, {"running": _moved}) | some i in parsed.images]})
}
