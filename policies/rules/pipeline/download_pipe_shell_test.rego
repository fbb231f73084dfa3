package guard.rules.pipeline.download_pipe_shell_test

import data.guard.rules.pipeline.download_pipe_shell

_workflow(script) := sprintf("on: push\njobs: {tools: {runs-on: ubuntu-24.04, steps: [{run: %s}]}}", [json.marshal(script)])

_messages(script) := {finding.message |
	some finding in download_pipe_shell.deny with input as guard.parse("pipeline", _workflow(script))
}

test_deny_pipe_into_shell_on_github if {
	download_pipe_shell.deny == {{
		"message": "sh runs what curl downloads, unseen",
		"path": ["jobs", "tools", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse("pipeline", _workflow("curl -fsSL https://get.example.com | sh"))
}

test_deny_pipe_into_shell_on_gitlab if {
	text := "tools:\n  script:\n    - wget -qO- https://get.example.com | sudo bash -s -- -y\n"
	{f.message | some f in download_pipe_shell.deny} == {"bash runs what wget downloads, unseen"} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_pipe_into_shell_in_dockerfile if {
	text := "FROM alpine:3.20.3\nRUN curl -fsSL https://get.example.com | sh\n"
	{f.message | some f in download_pipe_shell.deny} == {"sh runs what curl downloads, unseen"} with input as guard.parse("dockerfile", text)
}

test_deny_shell_with_options if _messages("curl https://x.example | bash -x") == {"bash runs what curl downloads, unseen"}

test_deny_shell_behind_a_filter if _messages("curl https://x.example | tee install.sh | bash") == {"bash runs what curl downloads, unseen"}

test_deny_interpreter if _messages("curl https://x.example | python3") == {"python3 runs what curl downloads, unseen"}

test_deny_interpreter_told_to_read_input if _messages("curl https://x.example | node - --yes") == {"node runs what curl downloads, unseen"}

test_deny_process_substitution if _messages("bash <(curl -s https://x.example)") == {"bash runs what curl downloads, unseen"}

test_deny_command_substitution if _messages("sh -c \"$(curl -s https://x.example)\"") == {"sh runs what curl downloads, unseen"}

test_deny_source if _messages("source <(curl -s https://x.example)") == {"source runs what curl downloads, unseen"}

test_allow_pipe_into_other_programs if {
	every script in [
		"curl -s https://x.example | tar xz",
		"curl -s https://x.example | python3 -m json.tool",
		"curl -s https://x.example | sh -c 'cat > list.txt'",
		"curl -s https://x.example | bash read-list.sh",
		"curl -s https://x.example; bash",
		"curl -s https://x.example | tar xz; cat install.sh | sh",
		"python3 - <<'E' | curl -fd @- https://x.example\nprint(1)\nE",
		"source <(kubectl completion bash)",
		"sh -c '$(cat command); curl -s https://x.example'",
	] {
		_messages(script) == set()
	}
}

test_allow_download_as_an_argument if _messages("bash deploy.sh \"$(curl -s https://x.example/version)\"") == set()

test_allow_download_to_a_file if _messages("curl -so tool.sh https://x.example && sha256sum -c tool.sum && sh tool.sh") == set()

test_deny_pipe_into_shell_on_azure if {
	text := "steps:\n- bash: curl -fsSL https://get.example.com/$(version) | sh\n"
	{f.message | some f in download_pipe_shell.deny} == {"sh runs what curl downloads, unseen"} with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_macro_of_azure if {
	text := "steps:\n- bash: bash -c \"$(Build.SourcesDirectory)/run.sh\" $(curlCommand)\n"
	download_pipe_shell.deny == set() with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_a_file_of_a_commit if {
	_messages("curl https://raw.githubusercontent.com/acme/tools/be0549f3c56c3bc347c94e43622466084fafc61d/i.sh | sh") == set()
}

test_deny_a_file_of_a_branch if {
	_messages("curl https://raw.githubusercontent.com/acme/tools/main/i.sh | sh") == {"sh runs what curl downloads, unseen"}
}

_with_variable(value) := {finding.message |
	text := sprintf("on: push\njobs: {tools: {runs-on: ubuntu-24.04, steps: [{env: {REF: %s}, run: bash <(curl https://raw.githubusercontent.com/acme/tools/$REF/i.sh)}]}}", [value])
	some finding in download_pipe_shell.deny with input as guard.parse("pipeline", text)
}

test_allow_a_file_of_a_commit_in_a_variable if _with_variable("be0549f3c56c3bc347c94e43622466084fafc61d") == set()

test_deny_a_file_of_a_branch_in_a_variable if _with_variable("main") == {"bash runs what curl downloads, unseen"}

test_deny_second_pipe if _messages("cat a | grep b; curl https://x.example | sh") == {"sh runs what curl downloads, unseen"}
