package guard.rules.dockerfile.secret_in_env_test

import data.guard.rules.dockerfile.secret_in_env

_deny(text) := {d.message | some d in secret_in_env.deny with input as guard.parse("dockerfile", text)}

test_deny_literal_in_env if {
	secret_in_env.deny == {{
		"message": "stage 0: ENV DB_PASSWORD holds the secret Tr**** in plain text",
		"path": ["instructions", 1, "pairs", 1, "value"],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nENV A=b DB_PASSWORD='Tr0ub4dor-3'\n")
}

test_deny_literal_in_old_form if {
	_deny("FROM alpine:3.20 AS web\nENV DB_PASSWORD Tr0ub4dor-3\n") == {"stage web: ENV DB_PASSWORD holds the secret Tr**** in plain text"}
}

test_deny_default_of_arg if {
	_deny("FROM alpine:3.20\nARG DB_PASSWORD=Tr0ub4dor-3\n") == {"stage 0: ARG DB_PASSWORD holds the secret Tr**** in plain text"}
}

test_deny_arg_that_is_used if {
	secret_in_env.deny == {{
		"message": "stage 0: ARG NPM_TOKEN takes a secret, which stays in the history of the image",
		"path": ["instructions", 1, "pairs", 0, "key"],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN > .npmrc\n")
}

test_allow_values_that_are_none if {
	every pair in ["DB_PASSWORD=$P", "PASSWORD_FILE=/run/secrets/p", "TOKENIZERS_PARALLELISM=false", "API_KEY=", "TOKEN_URL=https://a.example.com"] {
		_deny(sprintf("FROM alpine:3.20\nENV %s\n", [pair])) == set()
	}
}

test_allow_arg_that_is_not_used if {
	_deny("FROM alpine:3.20\nARG NPM_TOKEN\nRUN npm ci\n") == set()
}

test_allow_mounted_secret if {
	_deny("FROM alpine:3.20\nRUN --mount=type=secret,id=NPM_TOKEN npm ci\n") == set()
}

test_allow_env_in_here_document if {
	_deny("FROM alpine:3.20\nRUN <<E\nENV DB_PASSWORD=Tr0ub4dor-3\nE\n") == set()
}

# A secret of a known format is reported where the file is looked at.
test_allow_value_of_known_format if {
	_deny(concat("", ["FROM alpine:3.20\nENV SLACK_TOKEN=https://hooks.", "slack.com/services/T0AB1CD2E/B0FG3HI4J/", "a1B2c3D4e5F6g7H8i9J0k1L2\n"])) == set()
}

test_allow_known_format_and_tests if {
	known := guard.parse_file("Dockerfile", concat("", ["FROM alpine:3.20\nENV GH_TOKEN=ghp", "_Zk3mQ9xT1vB7nL5cR8wY2dF6hJ4pS0aGuE1i\n"]))
	[secret.pattern | some secret in known.secrets; secret.pattern != ""] != []
	secret_in_env.deny == set() with input as known
	tests := guard.parse_file("testdata/Dockerfile", "FROM alpine:3.20\nENV DB_PASSWORD=postgres\n")
	{secret.throwaway | some secret in tests.secrets} == {true}
	secret_in_env.deny == set() with input as tests
}
