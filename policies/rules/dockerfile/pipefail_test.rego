package guard.rules.dockerfile.pipefail_test

import data.guard.rules.dockerfile.pipefail

_params := {"dockerfile/pipefail": {"harmless": ["echo"], "checking": ["tar"]}}

_deny(text) := {d.message | some d in pipefail.deny with input as guard.parse("dockerfile", sprintf("FROM alpine:3.20\n%s\n", [text])) with data.guard.params as _params}

test_deny_download_into_gpg if {
	pipefail.deny == {{
		"message": "stage 0: the failure of curl in a pipe goes unseen",
		"path": ["instructions", 1, "text", {"line": 1, "column": 5, "end_line": 1, "end_column": 9}],
	}} with input as guard.parse("dockerfile", "FROM alpine:3.20\nRUN curl -fsSL https://example.com/key | gpg --dearmor\n") with data.guard.params as _params
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
