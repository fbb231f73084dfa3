package guard.rules.dockerfile.user_root_test

import data.guard.rules.dockerfile.user_root

_deny(text) := {d.message | some d in user_root.deny with input as guard.parse("dockerfile", text)}

test_deny_root_in_every_spelling if {
	every user in ["root", "0", "0:0", "00", "+0", "root:1000", ":0"] {
		_deny(sprintf("FROM alpine:3.20\nUSER %s\n", [user])) == {sprintf("stage 0: the image runs as root: USER %s", [user])}
	}
}

test_deny_points_at_the_user if {
	user_root.deny == {{
		"message": "stage 0: the image runs as root: USER root",
		"path": ["instructions", 2, "args", 0],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nUSER app\nUSER root\n")
}

test_deny_id_out_of_range if {
	_deny("FROM alpine:3.20\nUSER 4294967296\n") == {"stage 0: USER 4294967296 is not from 1 to 2147483647, and some runtimes take it for root"}
	_deny("FROM alpine:3.20\nUSER -1\n") == {"stage 0: USER -1 is not from 1 to 2147483647, and some runtimes take it for root"}
}

test_deny_user_of_parent_stage if {
	_deny("FROM alpine:3.20 AS base\nUSER root\nFROM base\n") == {"stage 1: the image runs as root, as stage base does: USER root"}
}

test_deny_root_that_is_given_up_later if {
	_deny("FROM alpine:3.20\nUSER root\nENTRYPOINT [\"gosu\", \"app\", \"/app\"]\n") == {"stage 0: the image runs as root: USER root, and gosu gives root up only once the container runs"}
}

test_allow_other_users if {
	every user in ["1000", "1000:0", "app", "2147483647", "$APP"] {
		_deny(sprintf("FROM alpine:3.20\nUSER root\nUSER %s\n", [user])) == set()
	}
}

test_allow_root_in_earlier_stage if {
	_deny("FROM golang:1.22.1 AS build\nUSER root\nFROM alpine:3.20\nUSER 1000\n") == set()
}

test_allow_root_behind_onbuild_and_in_here_document if {
	_deny("FROM alpine:3.20\nUSER 1000\nONBUILD USER root\nRUN <<E\nUSER root\nE\n") == set()
}

test_allow_no_user_which_another_rule_reports if {
	_deny("FROM alpine:3.20\n") == set()
}

test_allow_action_which_must_be_root if {
	parsed := guard.parse("dockerfile", "FROM alpine:3.20\nUSER root\n")
	user_root.deny == set() with input as object.union(parsed, {"dockerfile": {"use": "action"}})
}

test_allow_development_container if {
	user_root.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nUSER root\n")
}

test_allow_id_out_of_range_where_root_is_allowed if {
	parsed := guard.parse("dockerfile", "FROM alpine:3.20\nUSER 4294967296\n")
	every use in ["action", "workbench"] {
		user_root.deny == set() with input as object.union(parsed, {"dockerfile": {"use": use}})
	}
}
