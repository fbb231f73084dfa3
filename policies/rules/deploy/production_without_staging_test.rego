package guard.rules.deploy.production_without_staging_test

import data.guard.rules.deploy.production_without_staging

test_deny_straight_to_production if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == {{
		"message": "job ship, step 1: kubectl set image reaches production, and no other environment before it (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_straight_to_production_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	production_without_staging.deny == {{
		"message": "job ship, script: kubectl set image reaches production, and no other environment before it (push to main, schedule, manual start)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_both_at_once if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == {{
		"message": "job ship, step 1: kubectl set image reaches production, and no other environment before it (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_staging_first if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    needs: try
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_staging_in_an_earlier_stage if {
	text := `stages: [try, ship]
try:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: try
  environment: staging
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: ship
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	production_without_staging.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_staging_by_another_branch if {
	text := `on: {push: {branches: [main, develop]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'develop'
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'main'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_hotfix if {
	text := `on: {push: {branches: ['hotfix/*']}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_environment_before_it_by_a_setting if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    environment: '${{ vars.FIRST }}'
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    needs: try
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	production_without_staging.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
