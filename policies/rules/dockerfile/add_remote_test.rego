package guard.rules.dockerfile.add_remote_test

import data.guard.rules.dockerfile.add_remote

_deny(text) := {d.message | some d in add_remote.deny with input as guard.parse("dockerfile", text)}

test_deny_address if {
	add_remote.deny == {{
		"message": "stage 0: ADD fetches https://example.com/a.tgz without a checksum",
		"path": ["instructions", 1, "args", 0],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nADD https://example.com/a.tgz /a\n")
}

test_deny_address_with_variable if {
	_deny("FROM alpine:3.20\nARG V=2\nADD http://example.com/$V/a /a\n") == {"stage 0: ADD fetches http://example.com/2/a without a checksum"}
}

test_deny_other_flags if {
	count(_deny("FROM alpine:3.20\nADD --chown=1000 https://example.com/a.tgz /a\n")) == 1
}

test_allow_checksum if {
	_deny("FROM alpine:3.20\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a /a\n") == set()
}

test_allow_files_and_repositories if {
	every source in ["a.tgz", "https://github.com/shop/web.git#v1.2.3", "git@github.com:shop/web.git"] {
		_deny(sprintf("FROM alpine:3.20\nADD %s /a\n", [source])) == set()
	}
}
