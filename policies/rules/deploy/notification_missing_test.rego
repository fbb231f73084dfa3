package guard.rules.deploy.notification_missing_test

import data.guard.rules.deploy.notification_missing

test_deny_nobody if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	notification_missing.deny == {{
		"message": "job ship, step 1: nobody is told where kubectl set image fails",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_nobody_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	notification_missing.deny == {{
		"message": "job ship, script: nobody is told where kubectl set image fails",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_chat if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - {uses: slackapi/slack-github-action@v2, if: failure()}
`
	notification_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_chat_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "curl -X POST https://hooks.slack.com/services/x"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	notification_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_script_that_cannot_be_seen_into if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: ./notify.sh
`
	notification_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
