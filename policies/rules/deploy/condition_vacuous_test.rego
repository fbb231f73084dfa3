package guard.rules.deploy.condition_vacuous_test

import data.guard.rules.deploy.condition_vacuous

test_deny_event_that_does_not_start_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: github.event_name == 'schedule'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	condition_vacuous.deny == {{
		"message": "job ship: the condition \"github.event_name == 'schedule'\" never holds: no run that starts this workflow fulfils it",
		"path": ["jobs", "ship", "if"],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_text_around_an_expression if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: ${{ github.ref == 'refs/heads/main' }} && true
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	condition_vacuous.deny == {{
		"message": "job ship: the condition \"${{ github.ref == 'refs/heads/main' }} && true\" always holds: text stands around the expression, and a text that is not empty is true",
		"path": ["jobs", "ship", "if"],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_condition_that_decides if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'main'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	condition_vacuous.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_condition_on_a_setting if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: vars.DEPLOY == 'yes'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	condition_vacuous.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
