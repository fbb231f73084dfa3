package guard.rules.dockerfile.sudo_test

import data.guard.rules.dockerfile.sudo

_deny(text) := {d.message | some d in sudo.deny with input as guard.parse("dockerfile", sprintf("FROM alpine:3.20\n%s\n", [text]))}

test_deny_once_per_instruction if {
	_deny("RUN sudo apt-get update && sudo -E apt-get install -y curl") == {"stage 0: RUN uses sudo"}
}

test_deny_in_array_and_inside_a_script if {
	_deny("CMD [\"sudo\", \"/srv/web\"]") == {"stage 0: CMD uses sudo"}
	_deny("RUN bash -c 'sudo make install'") == {"stage 0: RUN uses sudo"}
	_deny("RUN sudo -v") == {"stage 0: RUN uses sudo"}
}

test_allow_words_that_are_no_command if {
	_deny("RUN apt-get install -y sudo && echo 'app ALL=(ALL) ALL' > /etc/sudoers.d/app") == set()
}

test_allow_development_container if {
	sudo.deny == set() with input as guard.parse_file(".devcontainer/Dockerfile", "FROM alpine:3.20\nRUN sudo a\n")
}
