package guard.rules.dockerfile.build_tools_in_final_test

import data.guard.rules.dockerfile.build_tools_in_final

_deny(text) := {d.message | some d in build_tools_in_final.deny with input as guard.parse("dockerfile", text)}

test_deny_compilers if {
	_deny("FROM debian:12.5\nRUN apt-get install -y make curl gcc=4:12\n") == {"stage 0: apt installs gcc, make into the image that is shipped"}
}

test_deny_compilers_of_parent_stage if {
	_deny("FROM alpine:3.20 AS base\nRUN apk add gcc\nFROM base\n") == {"stage base: apk installs gcc into the image that is shipped"}
}

test_allow_compilers_in_builder if {
	_deny("FROM alpine:3.20 AS build\nRUN apk add gcc\nFROM alpine:3.20\n") == set()
}

test_allow_compilers_that_are_removed if {
	_deny("FROM alpine:3.20\nRUN apk add --virtual .build gcc && pip install a && apk del .build\n") == set()
}

test_allow_other_packages if {
	_deny("FROM alpine:3.20\nRUN apk add curl\n") == set()
}

test_allow_development_container if {
	build_tools_in_final.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nRUN apk add gcc\n")
}

test_deny_what_distributions_call_a_compiler if {
	packages := {
		"FROM debian:12.5\nRUN apt-get install -y %s\n": ["gcc", "g++", "clang", "make"],
		"FROM rockylinux:9.3\nRUN dnf install -y %s\n": ["gcc-c++"],
	}
	every text, names in packages {
		every name in names {
			count(_deny(sprintf(text, [name]))) == 1
		}
	}
}
