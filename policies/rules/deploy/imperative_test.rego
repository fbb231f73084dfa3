package guard.rules.deploy.imperative_test

import data.guard.rules.deploy.imperative

test_deny_set_image if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	imperative.deny == {{
		"message": "job ship, step 1: kubectl set image changes the cluster by command",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_patch_on_gitlab if {
	text := `ship:
  script: ["kubectl patch deployment web --patch-file p.yaml"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	imperative.deny == {{
		"message": "job ship, script: kubectl patch changes the cluster by command",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_apply if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -f k8s/
`
	imperative.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_argocd if {
	text := `ship:
  script: ["argocd app sync web"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	imperative.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_every_command_that_changes_a_cluster if {
	commands := {
		"set image": "set image deployment/web web=registry.example.com/web:1.4.2",
		"edit": "edit deployment web",
		"patch": "patch deployment web --patch-file p.yaml",
	}
	every program in ["kubectl", "oc"] {
		every verb, command in commands {
			text := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [concat(" ", [program, command])]}}))
			{f.message | some f in imperative.deny} == {sprintf("job ship, script: kubectl %s changes the cluster by command", [verb])} with input as text
		}
	}
}
