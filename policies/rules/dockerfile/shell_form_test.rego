package guard.rules.dockerfile.shell_form_test

import data.guard.rules.dockerfile.shell_form

_deny(text) := {d.message | some d in shell_form.deny with input as guard.parse("dockerfile", sprintf("FROM alpine:3.20 AS web\n%s\n", [text]))}

test_deny_cmd if {
	shell_form.deny == {{
		"message": "stage 0: CMD in shell form, so node gets no signals",
		"path": ["instructions", 1],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nCMD node server.js\n")
}

test_deny_entrypoint if {
	_deny("ENTRYPOINT /srv/web --port=$PORT\nCMD [\"serve\"]") == {"stage web: ENTRYPOINT in shell form, so web gets no signals, and CMD is ignored"}
}

test_deny_entrypoint_of_unknown_program if {
	_deny("ENTRYPOINT $PROGRAM") == {"stage web: ENTRYPOINT in shell form, so the program gets no signals, and CMD is ignored"}
}

test_allow_arrays if {
	_deny("ENTRYPOINT [\"/srv/web\"]\nCMD [\"serve\"]") == set()
}

test_allow_exec if {
	_deny("ENTRYPOINT exec /srv/web") == set()
	_deny("CMD cd /srv && exec node server.js") == set()
}

test_allow_what_needs_a_shell if {
	every command in ["node server.js --port=$PORT", "a && b", "a | b", "A=b node server.js", "node server.js > log"] {
		_deny(sprintf("CMD %s", [command])) == set()
	}
}

test_allow_shell_to_type_in if {
	every shell in ["sh", "bash", "ash", "zsh"] {
		_deny(sprintf("CMD %s", [shell])) == set()
	}
}

test_allow_what_does_not_count if {
	_deny("CMD node server.js\nCMD [\"node\", \"server.js\"]") == set()
	_deny("CMD node server.js\nFROM alpine:3.20\nCMD [\"node\", \"server.js\"]") == set()
	_deny("ONBUILD CMD node server.js") == set()
}

test_allow_other_shells if {
	_deny("SHELL [\"powershell\", \"-Command\"]\nCMD Start-Service web") == set()
}

test_deny_program_or_script_without_more if {
	_deny("CMD server") == {"stage web: CMD in shell form, so server gets no signals"}
	_deny("CMD bash server.sh") == {"stage web: CMD in shell form, so bash gets no signals"}
}

test_allow_what_cannot_be_read if {
	_deny("ENTRYPOINT \"/srv/web") == set()
}
