package guard.rules.dockerfile.pipefail_test

import data.guard.rules.dockerfile.pipefail

_deny(text) := {d.message | some d in pipefail.deny with input as guard.parse("dockerfile", sprintf("FROM alpine:3.20\n%s\n", [text]))}

test_deny_download_into_gpg if {
	pipefail.deny == {{
		"message": "stage 0: the failure of curl in a pipe goes unseen",
		"path": ["instructions", 1, "text", {"line": 1, "column": 5, "end_line": 1, "end_column": 9}],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nRUN curl -fsSL https://example.com/key | gpg --dearmor\n")
}

test_deny_once_per_instruction if {
	_deny("RUN a | b | c && d | e") == {"stage 0: the failure of a in a pipe goes unseen"}
}

test_allow_pipefail if {
	_deny("SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN a | b") == set()
	_deny("RUN set -eux -o pipefail; a | b") == set()
	_deny("RUN bash -o pipefail -c 'a | b'") == set()
	_deny("RUN <<E\nset -o pipefail\na | b\nE") == set()
}

test_allow_what_cannot_fail_or_may if {
	_deny("RUN echo a | b") == set()
	_deny("RUN a | b || true") == set()
	_deny("RUN x=$(a | b)") == set()
	_deny("CMD a | b") == set()
	_deny("RUN $A | b") == set()
}

test_allow_reader_that_fails_itself if {
	_deny("RUN curl -fsSL https://example.com/a.tgz | tar -xz") == set()
	_deny("RUN a | tar -xz | b") == {"stage 0: the failure of tar in a pipe goes unseen"}
}

test_allow_commands_outside_a_pipe if {
	_deny("RUN a && b") == set()
}

test_allow_first_command_whose_failure_does_not_matter if {
	every command in ["echo y", "printf '%s' y", "yes", "true", ":", "[ -f a ]", "test -f a"] {
		_deny(sprintf("RUN %s | b", [command])) == set()
	}
}

test_allow_readers_that_fail_themselves if {
	every reader in ["grep x", "egrep x", "fgrep x", "tar -xz", "gunzip", "unxz"] {
		_deny(sprintf("RUN a | %s", [reader])) == set()
	}
}

test_deny_pipe_beside_one_whose_reader_fails_itself if {
	_deny("RUN curl https://example.com/a | gpg --import && curl https://example.com/b | tar -xz") == {"stage 0: the failure of curl in a pipe goes unseen"}
	_deny("RUN a | b && cat c | d | tar -xz") == {"stage 0: the failure of a in a pipe goes unseen"}
}

test_allow_pipe_that_is_checked_behind_one_that_cannot_fail if {
	_deny("RUN echo a | b && c | tar -xz") == set()
}
