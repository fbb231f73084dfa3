package guard.rules.secret.inline_in_script_test

import data.guard.rules.secret.inline_in_script

_step(step) := sprintf("on: push\njobs: {ship: {runs-on: ubuntu-24.04, steps: [%s]}}", [json.marshal(step)])

_messages(step) := {f.message | some f in inline_in_script.deny with input as guard.parse("pipeline", _step(step))}

test_deny_expressions_in_script if {
	script := "./login ${{ secrets.USER_NAME }}\n./deploy --key \"${{ secrets.DEPLOY_KEY }}\""
	inline_in_script.deny == {{
		"message": "the text of the script holds the value of DEPLOY_KEY, USER_NAME",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 9, "end_line": 1, "end_column": 33}],
	}} with input as guard.parse("pipeline", _step({"run": script}))
}

test_deny_assignment if _messages({"run": "export KEY='${{ secrets.KEY }}'"}) == {"the text of the script holds the value of KEY"}

test_deny_test_in_brackets if _messages({"run": "if [[ -n \"${{ secrets.KEY }}\" ]]; then make; fi"}) == {"the text of the script holds the value of KEY"}

test_deny_other_shell if _messages({"shell": "pwsh", "run": "./Deploy -Key '${{ secrets.KEY }}'"}) == {"the text of the script holds the value of KEY"}

test_allow_env if {
	_messages({"env": {"KEY": "${{ secrets.KEY }}"}, "run": `./deploy --key-from KEY "$KEY"`}) == set()
}

test_allow_comparison_and_comment if {
	_messages({"run": "echo ${{ secrets.KEY != '' }}\n# ${{ secrets.KEY }}"}) == set()
}

test_allow_what_other_rules_report if {
	_messages({"run": "docker login -p ${{ secrets.KEY }}\necho ${{ secrets.KEY }}\necho ${{ secrets.KEY }} > key"}) == set()
}

test_allow_gitlab_variable if {
	inline_in_script.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['./deploy \"$DEPLOY_TOKEN\"']}")
}

test_deny_azure_macro if {
	text := "steps: [{bash: './deploy --key-is $(DEPLOY_TOKEN)'}]"
	{f.message | some f in inline_in_script.deny} == {"the text of the script holds the value of DEPLOY_TOKEN"} with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_azure_env if {
	text := "steps: [{bash: './deploy --key-is \"$KEY\"', env: {KEY: $(DEPLOY_TOKEN)}}]"
	inline_in_script.deny == set() with input as guard.parse_file("azure-pipelines.yml", text)
}
