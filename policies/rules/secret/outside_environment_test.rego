package guard.rules.secret.outside_environment_test

import data.guard.rules.secret.outside_environment

_workflow(job) := sprintf("on: push\njobs: {ship: %s}", [json.marshal(job)])

_steps := [{"run": "./deploy", "env": {"KEY": "${{ secrets.PROD_DEPLOY_KEY }}"}}]

test_deny_job_without_environment if {
	outside_environment.deny == {{
		"message": "job ship reads PROD_DEPLOY_KEY and has no environment",
		"path": ["jobs", "ship", "steps", 0, "env", "KEY"],
	}} with input as guard.parse("pipeline", _workflow({"runs-on": "x", "steps": _steps}))
}

test_deny_gitlab_job if {
	text := "ship: {script: ['./deploy \"$DEPLOY_PRODUCTION_TOKEN\"']}"
	{f.message | some f in outside_environment.deny} == {"job ship reads DEPLOY_PRODUCTION_TOKEN and has no environment"} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_job_with_environment if {
	outside_environment.deny == set() with input as guard.parse("pipeline", _workflow({"runs-on": "x", "environment": "production", "steps": _steps}))
}

test_allow_other_secrets if {
	steps := [{"run": "./deploy", "env": {"KEY": "${{ secrets.PRODUCT_KEY }}"}}]
	outside_environment.deny == set() with input as guard.parse("pipeline", _workflow({"runs-on": "x", "steps": steps}))
}

test_allow_gitlab_template if {
	text := ".ship: {script: ['./deploy \"$PROD_TOKEN\"']}\nship: {extends: .ship, environment: production}\n"
	outside_environment.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_called_workflow_which_has_its_own_environment if {
	job := {"uses": "./.github/workflows/ship.yml", "secrets": {"key": "${{ secrets.PROD_DEPLOY_KEY }}"}}
	outside_environment.deny == set() with input as guard.parse("pipeline", _workflow(job))
}

_azure(environment) := sprintf("jobs: [{deployment: ship, %s strategy: {runOnce: {deploy: {steps: [{bash: './deploy \"$T\"', env: {T: $(DEPLOY_PRODUCTION_TOKEN)}}]}}}}]", [environment])

test_deny_azure_deployment_without_environment if {
	{f.message | some f in outside_environment.deny} == {"job ship reads DEPLOY_PRODUCTION_TOKEN and has no environment"} with input as guard.parse_file("azure-pipelines.yml", _azure(""))
}

test_allow_azure_deployment_with_environment if {
	outside_environment.deny == set() with input as guard.parse_file("azure-pipelines.yml", _azure("environment: production,"))
}

test_deny_every_word_for_production if {
	every name in ["PROD_KEY", "PRODUCTION_KEY", "KEY_LIVE"] {
		count(outside_environment.deny) == 1 with input as guard.parse("pipeline", _workflow({"runs-on": "x", "steps": [{"run": "./deploy", "env": {"KEY": sprintf("${{ secrets.%s }}", [name])}}]}))
	}
}

test_allow_action_whose_caller_has_the_environment if {
	text := guard.parse_file("action.yml", "name: Deploy\ndescription: x\nruns:\n  using: composite\n  steps:\n  - {shell: bash, run: ./deploy, env: {KEY: '${{ secrets.PROD_DEPLOY_KEY }}'}}\n")
	text.pipeline.form == "action"
	outside_environment.deny == set() with input as text
}
