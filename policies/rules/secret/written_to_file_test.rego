package guard.rules.secret.written_to_file_test

import data.guard.rules.secret.written_to_file

_step(step) := sprintf("on: push\njobs: {ship: {runs-on: ubuntu-24.04, steps: [%s]}}", [json.marshal(step)])

_messages(script) := {f.message |
	some f in written_to_file.deny with input as guard.parse("pipeline", _step({"env": {"KEY": "${{ secrets.KEY }}"}, "run": script}))
}

_written(file) := {sprintf("the secret KEY is written to %s in the workspace, for everyone to read", [file])}

test_deny_decoded_secret if {
	written_to_file.deny == {{
		"message": "the secret KUBE_CONFIG is written to kubeconfig in the workspace, for everyone to read",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 7, "end_line": 1, "end_column": 33}],
	}} with input as guard.parse("pipeline", _step({"run": "echo \"${{ secrets.KUBE_CONFIG }}\" | base64 -d > kubeconfig"}))
}

test_deny_variable if _messages("printf '%s' \"$KEY\" > ./key.pem") == _written("key.pem")

test_deny_here_document if _messages("cat > .env <<EOF\nTOKEN=$KEY\nEOF") == _written(".env")

test_deny_workspace_by_name if _messages("echo \"$KEY\" >> $GITHUB_WORKSPACE/.npmrc") == _written(".npmrc")

test_deny_tee if _messages("echo \"$KEY\" | tee key.pem") == _written("key.pem")

test_deny_gitlab_file if {
	text := "ship: {script: ['echo \"$SSH_PRIVATE_KEY\" > id_deploy']}"
	{f.message | some f in written_to_file.deny} == {"the secret SSH_PRIVATE_KEY is written to id_deploy in the workspace, for everyone to read"} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_guarded_and_outside_files if {
	every script in [
		"umask 077\necho \"$KEY\" > key.pem",
		"echo \"$KEY\" > key.pem\nchmod 600 key.pem",
		"echo \"$KEY\" > \"$RUNNER_TEMP/key.pem\"",
		"echo \"$KEY\" > ~/.ssh/id_ed25519",
		"echo \"$KEY\" > /tmp/key.pem",
		"echo \"$KEY\" | gpg --import > import.log",
		"curl -H \"Authorization: $KEY\" https://api.example.com > answer.json",
	] {
		_messages(script) == set()
	}
}
