package guard.rules.dockerfile.command_not_found_test

import data.guard.rules.dockerfile.command_not_found

_deny(text) := {d.message | some d in command_not_found.deny with input as guard.parse("dockerfile", sprintf("FROM golang:1.22.1 AS build\nRUN go build -o /out/web .\n%s\n", [text]))}

test_deny_program_left_in_builder if {
	_deny("FROM alpine:3.20\nENTRYPOINT [\"/out/web\"]") == {"stage 1: ENTRYPOINT starts /out/web, which is not there: it is made in stage build, and nothing copies it here"}
}

test_deny_program_that_was_copied_elsewhere if {
	command_not_found.deny == {{
		"message": "stage 0: CMD starts /web, which is not there: the stage is built from scratch, and nothing is copied to /web",
		"path": ["instructions", 2, "args", 0],
	}} with input as guard.parse("dockerfile", "FROM scratch\nCOPY web /srv/\nCMD [\"/web\"]\n")
}

test_allow_program_that_was_copied if {
	_deny("FROM scratch\nCOPY --from=build /out/web /out/\nENTRYPOINT [\"/out/web\"]") == set()
}

test_allow_program_of_the_image if {
	_deny("FROM alpine:3.20\nENTRYPOINT [\"/usr/bin/web\"]") == set()
	_deny("FROM alpine:3.20\nENTRYPOINT [\"web\"]") == set()
	_deny("FROM alpine:3.20\nENTRYPOINT /out/web") == set()
	_deny("FROM alpine:3.20") == set()
}
