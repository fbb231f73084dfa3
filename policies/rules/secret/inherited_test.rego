package guard.rules.secret.inherited_test

import data.guard.rules.secret.inherited

_call(job) := sprintf("on: push\njobs: {ship: %s}", [json.marshal(job)])

test_deny_inherit if {
	inherited.deny == {{
		"message": "job ship hands all secrets to the workflow it calls",
		"path": ["jobs", "ship", "secrets"],
	}} with input as guard.parse("pipeline", _call({"uses": "./.github/workflows/ship.yml", "secrets": "inherit"}))
}

test_deny_all_secrets_in_env if {
	job := {"runs-on": "x", "steps": [{"run": "make", "env": {"ALL": "${{ toJSON(secrets) }}"}}]}
	inherited.deny == {{
		"message": "the expression reads all secrets at once",
		"path": ["jobs", "ship", "steps", 0, "env", "ALL", {"line": 1, "column": 1, "end_line": 1, "end_column": 23}],
	}} with input as guard.parse("pipeline", _call(job))
}

test_deny_all_secrets_in_script if {
	job := {"runs-on": "x", "steps": [{"run": "echo '${{ toJSON(secrets) }}'"}]}
	{f.message | some f in inherited.deny} == {"the expression reads all secrets at once"} with input as guard.parse("pipeline", _call(job))
}

test_allow_named_secrets if {
	inherited.deny == set() with input as guard.parse("pipeline", _call({"uses": "./.github/workflows/ship.yml", "secrets": {"key": "${{ secrets.KEY }}"}}))
	job := {"runs-on": "x", "steps": [{"run": "make", "env": {"KEY": "${{ secrets.KEY }}"}}]}
	inherited.deny == set() with input as guard.parse("pipeline", _call(job))
}

test_allow_gitlab_job if {
	inherited.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: [make]}")
}
