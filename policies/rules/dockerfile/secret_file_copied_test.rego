package guard.rules.dockerfile.secret_file_copied_test

import data.guard.rules.dockerfile.secret_file_copied

_deny(text) := {d.message | some d in secret_file_copied.deny with input as guard.parse("dockerfile", text)}

test_deny_env_file if {
	secret_file_copied.deny == {{
		"message": "stage 0: COPY puts .env into the image, a file that by its name holds secrets",
		"path": ["instructions", 1, "args", 1],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nCOPY package.json .env /srv/\n")
}

test_deny_keys_in_any_stage if {
	_deny("FROM alpine:3.20 AS build\nADD keys/id_rsa /root/.ssh/\nFROM alpine:3.20\n") == {"stage build: ADD puts keys/id_rsa into the image, a file that by its name holds secrets"}
}

test_allow_other_files if {
	every file in [".env.example", "id_rsa.pub", "ca.pem", ".npmrc", "src/"] {
		_deny(sprintf("FROM alpine:3.20\nCOPY %s /srv/\n", [file])) == set()
	}
}

test_allow_file_of_another_stage if {
	_deny("FROM alpine:3.20 AS a\nFROM alpine:3.20\nCOPY --from=a /srv/.env /srv/\n") == set()
}
