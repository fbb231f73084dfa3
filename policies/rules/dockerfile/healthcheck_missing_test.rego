package guard.rules.dockerfile.healthcheck_missing_test

import data.guard.rules.dockerfile.healthcheck_missing

_deny(text) := {d.message | some d in healthcheck_missing.deny with input as guard.parse("dockerfile", text)}

test_deny_none if {
	_deny("FROM alpine:3.20\nCMD [\"/web\"]\n") == {"stage 0 has no HEALTHCHECK"}
	_deny("FROM alpine:3.20 AS a\nHEALTHCHECK CMD a\nFROM alpine:3.20\nENTRYPOINT [\"/web\"]\n") == {"stage 1 has no HEALTHCHECK"}
}

test_allow_one if {
	_deny("FROM alpine:3.20 AS a\nHEALTHCHECK CMD a\nFROM a\nCMD [\"/web\"]\n") == set()
	_deny("FROM alpine:3.20\nHEALTHCHECK NONE\nCMD [\"/web\"]\n") == set()
}

test_allow_image_that_starts_nothing if {
	_deny("FROM alpine:3.20\n") == set()
}

test_allow_development_container if {
	healthcheck_missing.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nCMD a\n")
}
