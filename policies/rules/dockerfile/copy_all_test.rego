package guard.rules.dockerfile.copy_all_test

import data.guard.rules.dockerfile.copy_all

_with(file, text, ignore) := object.union(guard.parse_file(file, text), {"dockerfile": {"ignore": ignore}})

_deny(file, text, ignore) := {d.message | some d in copy_all.deny with input as _with(file, text, ignore)}

_none := {"known": true, "present": false, "git": false, "env": false}

_text := "FROM alpine:3.20\nCOPY . /srv\n"

test_deny_context_without_ignore_file if {
	_deny("Dockerfile", _text, _none) == {"stage 0: COPY takes the whole build context, and no .dockerignore keeps .env and .git out"}
}

test_deny_context_with_half_an_ignore_file if {
	_deny("Dockerfile", "FROM alpine:3.20\nADD ./ /srv\n", object.union(_none, {"env": true})) == {"stage 0: ADD takes the whole build context, and no .dockerignore keeps .git out"}
}

test_deny_env_further_down if {
	_deny("web/Dockerfile", _text, _none) == {"stage 0: COPY takes the whole build context, and no .dockerignore keeps .env out"}
}

test_allow_where_both_are_kept_out if {
	_deny("Dockerfile", _text, {"known": true, "present": true, "git": true, "env": true}) == set()
	_deny("web/Dockerfile", _text, {"known": true, "present": true, "git": false, "env": true}) == set()
}

test_allow_where_nobody_knows if {
	_deny("Dockerfile", _text, {"known": false, "present": false, "git": false, "env": false}) == set()
}

test_allow_in_stage_that_is_not_shipped if {
	_deny("Dockerfile", "FROM golang:1.22.1\nCOPY . .\nFROM alpine:3.20\nCOPY --from=0 /a /a\n", _none) == set()
}

test_allow_part_of_the_context if {
	every copy in ["COPY src /srv", "COPY --from=x . .", "COPY --exclude=.git . .", "ONBUILD COPY . ."] {
		_deny("Dockerfile", sprintf("FROM alpine:3.20\n%s\n", [copy]), _none) == set()
	}
}

test_allow_development_container if {
	_deny(".devcontainer/Dockerfile", _text, _none) == set()
}
