package guard.rules.pipeline.script_injection_test

import data.guard.rules.pipeline.script_injection

_github(step) := guard.parse("pipeline", json.marshal({"on": "issues", "jobs": {"greet": {"runs-on": "ubuntu-24.04", "steps": [step]}}}))

_gitlab(line) := guard.parse_file(".gitlab-ci.yml", json.marshal({"greet": {"script": [line]}}))

_message := "job greet, step 1: github.event.issue.title, which a stranger chooses, is written into the script"

test_deny_title_in_a_script if {
	script_injection.deny == {{
		"message": _message,
		"path": ["jobs", "greet", "steps", 0, "run", {"line": 1, "column": 7, "end_line": 1, "end_column": 38}],
	}} with input as _github({"run": "echo \"${{ github.event.issue.title }}\""})
}

test_deny_title_in_a_script_of_an_action if {
	step := {"uses": "actions/github-script@v7", "with": {"script": "core.info('${{ github.event.issue.title }}')"}}
	{_message} == {f.message | some f in script_injection.deny with input as _github(step)}
}

test_deny_gitlab_title_that_is_run if {
	every line in ["eval \"echo $CI_COMMIT_TITLE\"", "sh -c \"echo $CI_COMMIT_TITLE\"", "bash -c \"echo $CI_COMMIT_TITLE\""] {
		count(script_injection.deny) == 1 with input as _gitlab(line)
	}
	{f.message | some f in script_injection.deny} == {"job greet, script: CI_COMMIT_TITLE, which a stranger chooses, is written into what eval runs"} with input as _gitlab("eval \"echo $CI_COMMIT_TITLE\"")
}

test_allow_title_in_a_variable if {
	script_injection.deny == set() with input as _github({"run": "echo \"$TITLE\"", "env": {"TITLE": "${{ github.event.issue.title }}"}})
	script_injection.deny == set() with input as _gitlab("echo \"$CI_COMMIT_TITLE\"")
}

test_allow_what_no_stranger_chooses if {
	script_injection.deny == set() with input as _github({"run": "echo ${{ github.event.issue.number }}"})
	script_injection.deny == set() with input as _gitlab("eval \"echo $CI_COMMIT_SHA\"")
}

test_allow_other_inputs_of_actions if {
	script_injection.deny == set() with input as _github({"uses": "actions/github-script@v7", "with": {"script": "core.info('${{ github.sha }}')", "note": "${{ github.event.issue.title }}"}})
}

test_allow_what_is_not_known if {
	script_injection.deny == set() with input as _github({"run": "echo ${{ vars.GREETING }}"})
}

test_deny_step_of_an_action_that_stands_in_no_job if {
	text := "name: Greet\ndescription: x\nruns:\n  using: composite\n  steps:\n  - name: Hello\n    shell: bash\n    run: echo ${{ github.event.pull_request.title }}\n"
	{f.message | some f in script_injection.deny} == {"step \"Hello\": github.event.pull_request.title, which a stranger chooses, is written into the script"} with input as guard.parse_file("action.yml", text)
}

_azure(line) := guard.parse_file("azure-pipelines.yml", json.marshal({"trigger": ["main"], "jobs": [{"job": "greet", "steps": [{"script": line}]}]}))

test_deny_message_that_azure_writes_into_a_script if {
	{f.message | some f in script_injection.deny} == {"job greet, step 1: Build.SourceVersionMessage, which a stranger chooses, is written into the script"} with input as _azure("echo $(Build.SourceVersionMessage)")
	script_injection.deny == set() with input as _azure("echo $(Build.SourceVersion)")
}

test_deny_branch_that_is_run_on_github if {
	count(script_injection.deny) == 1 with input as _github({"run": "eval \"echo $GITHUB_HEAD_REF\""})
}

test_deny_every_variable_that_a_stranger_fills if {
	every name in ["GITHUB_HEAD_REF", "BUILD_SOURCEVERSIONMESSAGE", "SYSTEM_PULLREQUEST_SOURCEBRANCH", "CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE"] {
		count(script_injection.deny) == 1 with input as _gitlab(sprintf("eval \"echo $%s\"", [name]))
	}
}

test_allow_operand_of_a_program_that_is_run if {
	script_injection.deny == set() with input as _gitlab("sh -c 'echo \"$1\"' greet \"$CI_COMMIT_TITLE\"")
}

test_allow_script_of_another_action if {
	script_injection.deny == set() with input as _github({"uses": "acme/say@v1", "with": {"script": "${{ github.event.issue.title }}"}})
}

test_deny_names_the_job_by_its_id if {
	text := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"greet": {"name": "Greet everybody", "runs-on": "ubuntu-24.04", "steps": [{"run": "eval \"echo $GITHUB_HEAD_REF\""}]}}}))
	{f.message | some f in script_injection.deny} == {"job greet, step 1: GITHUB_HEAD_REF, which a stranger chooses, is written into what eval runs"} with input as text
}
