package guard.rules.secret.in_log_test

import data.guard.rules.secret.in_log

_step(step) := sprintf("on: push\njobs: {ship: {runs-on: ubuntu-24.04, steps: [%s]}}", [json.marshal(step)])

_messages(script) := {f.message |
	some f in in_log.deny with input as guard.parse("pipeline", _step({"env": {"KEY": "${{ secrets.KEY }}"}, "run": script}))
}

test_deny_echo if {
	in_log.deny == {{
		"message": "echo prints the secret KEY",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 6, "end_line": 1, "end_column": 24}],
	}} with input as guard.parse("pipeline", _step({"run": "echo ${{ secrets.KEY }}"}))
}

test_deny_variable if _messages("echo \"key: $KEY\"") == {"echo prints the secret KEY"}

test_deny_encoded_secret if _messages("printf '%s' \"$KEY\" | base64") == {"printf prints the secret KEY"}

test_deny_trace if _messages("set -x\n./deploy --key \"$KEY\"") == {"the shell shows its commands (-x), and with them the secret KEY"}

test_deny_trace_once if {
	{f.path[5].line | some f in in_log.deny} == {2} with input as guard.parse("pipeline", _step({"env": {"KEY": "${{ secrets.KEY }}"}, "run": "set -x\n./deploy \"$KEY\"\n./check \"$KEY\""}))
}

test_deny_whole_environment if _messages("printenv | sort") == {"printenv prints the secret KEY"}

test_deny_gitlab_echo if {
	text := "ship: {script: ['echo \"$DEPLOY_TOKEN\"']}"
	{f.message | some f in in_log.deny} == {"echo prints the secret DEPLOY_TOKEN"} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_what_does_not_reach_the_log if {
	every script in [
		`echo "$KEY" | docker login --password-stdin`,
		`echo "::add-mask::$KEY"`,
		`echo "${#KEY}"`,
		`echo "$KEY" > /dev/null`,
		`HASH=$(echo "$KEY" | sha256sum)`,
		"echo \"$KEY\" > ~/.netrc",
		"set -x\nmake\nset +x\n./deploy \"$KEY\"",
		"printenv | grep ^GITHUB_",
		"env FOO=bar make",
	] {
		_messages(script) == set()
	}
}

test_deny_what_is_printed_and_what_the_shell_shows if {
	shown := "the shell shows its commands (-x), and with them the secret KEY"
	printed := "echo prints the secret KEY"
	_messages("set -x\n./deploy \"$KEY\"\necho \"$KEY\"") == {shown, printed}
	_messages("echo \"$KEY\"\nset -x\n./deploy \"$KEY\"") == {shown, printed}
	_messages("./prepare \"$KEY\"\nset -x\n./deploy \"$KEY\"") == {shown}
}

test_deny_every_secret_that_the_shell_shows if {
	text := guard.parse("pipeline", _step({"env": {"KEY": "${{ secrets.KEY }}", "TOKEN": "${{ secrets.TOKEN }}"}, "run": "set -x\n./deploy \"$KEY\"\n./check \"$TOKEN\""}))
	count(in_log.deny) == 2 with input as text
}
