package guard.rules.secret.literal_test

import data.guard.rules.secret.literal

_deploy(user, password) := concat("", ["#!/bin/sh\ncurl -u ", user, ":", password, " https://deploy.example.com/release\n"])

test_deny_password_in_curl_command if {
	literal.deny == {{
		"message": "password in a curl command depl**** is written into the file",
		"path": [{"line": 2, "column": 9, "end_line": 2, "end_column": 32}],
	}} with input as guard.parse_file("deploy.sh", _deploy("deploy", "Vg7-kpq2-Lxw9-Zr"))
}

test_allow_password_from_variable if {
	literal.deny == set() with input as guard.parse_file("deploy.sh", _deploy("\"$USER", "$PASSWORD\""))
}

_key := concat("", ["-----BEGIN ", "PRIVATE KEY-----\nMIIB", "bm90LWEtcmVhbC1rZXktanVzdC1hLXNlbnRlbmNlLWZvci10aGUtdGVzdC1v", "\n-----END ", "PRIVATE KEY-----\n"])

test_deny_private_key if {
	count(literal.deny) == 1 with input as guard.parse_file("deploy/server.key", _key)
}

test_allow_private_key_of_tests if {
	literal.deny == set() with input as guard.parse_file("testdata/server.key", _key)
}

test_deny_private_key_of_tests_where_asked if {
	count(literal.deny) == 1 with input as guard.parse_file("testdata/server.key", _key)
		with data.guard.params as {"secret/literal": {"fixtures": true}}
}
