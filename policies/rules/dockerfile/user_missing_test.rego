package guard.rules.dockerfile.user_missing_test

import data.guard.rules.dockerfile.user_missing

_deny(text) := {d.message | some d in user_missing.deny with input as guard.parse("dockerfile", text)}

test_deny_no_user if {
	_deny("FROM alpine:3.20\n") == {"stage 0 has no USER, and its base image alpine is not known to run as another user than root"}
}

test_deny_points_at_from if {
	paths := {d.path | some d in user_missing.deny with input as guard.parse("dockerfile", "ARG A=1\nFROM alpine:$A\nRUN a\n")}
	paths == {["instructions", 1]}
}

test_deny_user_of_another_stage if {
	_deny("FROM golang:1.22.1 AS build\nUSER 1000\nFROM alpine:3.20\n") == {"stage 1 has no USER, and its base image alpine is not known to run as another user than root"}
}

test_deny_chain_without_user if {
	_deny("FROM alpine:3.20 AS base\nFROM base AS web\n") == {"stage web has no USER, and its base image alpine is not known to run as another user than root"}
}

test_deny_scratch_that_starts_something if {
	_deny("FROM scratch\nCOPY web /web\nENTRYPOINT [\"/web\"]\n") == {"stage 0 has no USER, so the image runs as root"}
}

test_deny_same_image_with_another_tag if {
	count(_deny("FROM gcr.io/distroless/static:latest\n")) == 1
}

test_deny_root_that_is_given_up_later if {
	_deny("FROM alpine:3.20\nENTRYPOINT [\"su-exec\", \"app\", \"/app\"]\n") == {"stage 0 has no USER, and its base image alpine is not known to run as another user than root, and su-exec gives root up only once the container runs"}
}

test_allow_user if {
	_deny("FROM alpine:3.20\nUSER app\n") == set()
	_deny("FROM alpine:3.20 AS base\nUSER app\nFROM base\n") == set()
}

test_allow_known_images if {
	_deny("FROM gcr.io/distroless/static-debian12:nonroot\n") == set()
	_deny("ARG TAG=debug-nonroot\nFROM gcr.io/distroless/base:$TAG AS b\nFROM b\n") == set()
	every image in ["mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", "mcr.microsoft.com/mssql/server:2022-latest", "cgr.dev/chainguard/nginx:1.27", "bitnami/redis:7.2.4"] {
		_deny(sprintf("FROM %s\n", [image])) == set()
	}
}

test_allow_unknown_image if {
	_deny("ARG BASE\nFROM $BASE\n") == set()
}

test_allow_scratch_that_only_carries_files if {
	_deny("FROM scratch AS export\nCOPY --from=build /out /\n") == set()
}

test_allow_action_which_must_be_root if {
	parsed := guard.parse("dockerfile", "FROM alpine:3.20\n")
	user_missing.deny == set() with input as object.union(parsed, {"dockerfile": {"use": "action"}})
	root := guard.parse_with_facts("dockerfile", "FROM alpine:3.20\n", _facts(["root"]))
	user_missing.deny == set() with input as object.union(root, {"dockerfile": {"use": "action"}})
}

test_allow_development_container if {
	user_missing.deny == set() with input as guard.parse_file("web/.devcontainer/Dockerfile", "FROM alpine:3.20\n")
	root := guard.parse_with_facts("dockerfile", "FROM alpine:3.20\n", _facts(["root"]))
	user_missing.deny == set() with input as object.union(root, {"dockerfile": {"use": "workbench"}})
}

test_allow_file_without_stage if {
	_deny("ARG A=1\n") == set()
}

_facts(states) := {"known": true, "exists": true, "platforms": [{"name": "linux/amd64", "os": "linux", "user_state": s} | some s in states]}

_asked(text, facts) := {d.message | some d in user_missing.deny with input as guard.parse_with_facts("dockerfile", text, facts)}

test_deny_base_image_that_is_root if {
	_asked("FROM alpine:3.20\n", _facts(["root"])) == {"stage 0 has no USER, and its base image alpine runs as root"}
	_asked("FROM alpine:3.20\n", _facts(["out-of-range"])) == {"stage 0 has no USER, and its base image alpine runs as root"}
	_asked("FROM bitnami/redis:7.2.4\n", _facts(["root"])) == {"stage 0 has no USER, and its base image bitnami/redis runs as root"}
}

test_allow_base_image_that_is_not_root if {
	_asked("FROM alpine:3.20\n", _facts(["numeric", "named"])) == set()
}

test_deny_base_image_that_no_registry_has if {
	_asked("FROM alpine:3.20\n", {"known": true, "exists": false}) == _deny("FROM alpine:3.20\n")
}

test_allow_user_over_a_base_image_that_is_root if {
	_asked("FROM alpine:3.20\nUSER 1000\n", _facts(["root"])) == set()
}

test_allow_user_over_scratch if {
	_deny("FROM scratch\nCOPY web /web\nUSER 1000\nENTRYPOINT [\"/web\"]\n") == set()
}
