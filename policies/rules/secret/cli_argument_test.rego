package guard.rules.secret.cli_argument_test

import data.guard.rules.secret.cli_argument

_step(step) := sprintf("on: push\njobs: {push: {runs-on: ubuntu-24.04, steps: [%s]}}", [json.marshal(step)])

_messages(step) := {f.message | some f in cli_argument.deny with input as guard.parse("pipeline", _step(step))}

test_deny_inline_password_of_docker_login if {
	cli_argument.deny == {{
		"message": "docker gets the secret REGISTRY_PASSWORD as a command-line argument (-p)",
		"path": ["jobs", "push", "steps", 0, "run", {"line": 1, "column": 22, "end_line": 1, "end_column": 54}],
	}} with input as guard.parse("pipeline", _step({"run": "docker login -u me -p${{ secrets.REGISTRY_PASSWORD }} ghcr.io"}))
}

test_deny_password_from_a_variable if {
	_messages({"env": {"PW": "${{ secrets.PW }}"}, "run": `docker login --password="$PW" -u me ghcr.io`}) == {"docker gets the secret PW as a command-line argument (--password)"}
}

test_deny_credentials_of_curl if {
	_messages({"env": {"PW": "${{ secrets.PW }}"}, "run": `curl -u "me:$PW" https://api.example.com`}) == {"curl gets the secret PW as a command-line argument (-u)"}
}

test_deny_gitlab_password if {
	text := "push: {script: ['docker login -u \"$CI_REGISTRY_USER\" -p \"$CI_REGISTRY_PASSWORD\" \"$CI_REGISTRY\"']}"
	{f.message | some f in cli_argument.deny} == {"docker gets the secret CI_REGISTRY_PASSWORD as a command-line argument (-p)"} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_password_on_standard_input if {
	_messages({"env": {"PW": "${{ secrets.PW }}"}, "run": `echo "$PW" | docker login -u me --password-stdin ghcr.io`}) == set()
}

test_allow_user_name_and_port if {
	_messages({"env": {"NAME": "shop"}, "run": `docker run -p 80:80 "$NAME"`}) == set()
}

test_deny_azure_password if {
	text := "steps: [{bash: 'docker login -u me -p $(registryPassword) registry.example.com'}]"
	{f.message | some f in cli_argument.deny} == {"docker gets the secret registryPassword as a command-line argument (-p)"} with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_azure_variable_that_the_file_sets if {
	text := "variables: {registryPassword: x}\nsteps: [{bash: 'docker login -u me -p $(registryPassword) registry.example.com'}]"
	cli_argument.deny == set() with input as guard.parse_file("azure-pipelines.yml", text)
}
