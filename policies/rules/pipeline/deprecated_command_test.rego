package guard.rules.pipeline.deprecated_command_test

import data.guard.rules.pipeline.deprecated_command

_step(step) := sprintf("on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [%s]}}", [json.marshal(step)])

_messages(step) := {f.message |
	some f in deprecated_command.deny with input as guard.parse("pipeline", _step(step))
}

test_deny_set_output if {
	deprecated_command.deny == {{
		"message": "::set-output is deprecated by GitHub; $GITHUB_OUTPUT takes its place",
		"path": ["jobs", "a", "steps", 0, "run", {"line": 1, "column": 6, "end_line": 1, "end_column": 35}],
	}} with input as guard.parse("pipeline", _step({"run": `echo "::set-output name=tag::$TAG"`}))
}

test_deny_add_path if _messages({"run": "printf '::add-path::%s\n' ~/bin"}) == {"::add-path is switched off by GitHub; $GITHUB_PATH takes its place"}

test_deny_in_another_language if {
	_messages({"shell": "python", "run": `print("::set-env name=A::b")`}) == {"::set-env is switched off by GitHub; $GITHUB_ENV takes its place"}
}

test_allow_other_commands_and_files if {
	every script in [
		`echo "tag=$TAG" >> "$GITHUB_OUTPUT"`,
		`echo "::notice title=x::done"`,
		`# echo "::set-output name=tag::$TAG"`,
		`grep -r "::set-output" .github`,
		`echo "::set-output name=x::y" > notes.txt`,
	] {
		_messages({"run": script}) == set()
	}
}

test_allow_gitlab_script if {
	deprecated_command.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "build: {script: [make]}")
}

test_deny_save_state if _messages({"run": `echo "::save-state name=tag::$TAG"`}) == {"::save-state is deprecated by GitHub; $GITHUB_STATE takes its place"}
