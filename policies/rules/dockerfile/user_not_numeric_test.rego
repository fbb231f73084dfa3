package guard.rules.dockerfile.user_not_numeric_test

import data.guard.rules.dockerfile.user_not_numeric

_deny(text) := {d.message | some d in user_not_numeric.deny with input as guard.parse("dockerfile", text)}

test_deny_name if {
	_deny("FROM alpine:3.20\nUSER app:app\n") == {"stage 0: USER app:app is a name, and a cluster cannot tell that it is not root"}
}

test_allow_number_root_and_none if {
	every text in ["USER 1000", "USER 1000:app", "USER root", "USER $APP", "RUN a"] {
		_deny(sprintf("FROM alpine:3.20\n%s\n", [text])) == set()
	}
}

test_allow_development_container if {
	user_not_numeric.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nUSER app\n")
}

test_allow_action_which_must_be_root if {
	parsed := guard.parse("dockerfile", "FROM alpine:3.20\nUSER app\n")
	user_not_numeric.deny == set() with input as object.union(parsed, {"dockerfile": {"use": "action"}})
}
