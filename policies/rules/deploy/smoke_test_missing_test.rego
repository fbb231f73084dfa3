package guard.rules.deploy.smoke_test_missing_test

import data.guard.rules.deploy.smoke_test_missing

test_deny_nobody_asks if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	smoke_test_missing.deny == {{
		"message": "job ship, step 1: nothing asks behind kubectl set image whether production works",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_nobody_asks_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	smoke_test_missing.deny == {{
		"message": "job ship, script: nothing asks behind kubectl set image whether production works",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_health_address if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: curl -f https://shop.example.com/healthz
`
	smoke_test_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_job_behind_it if {
	text := `stages: [ship, check]
ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: ship
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

check:
  script: ["curl -f https://shop.example.com/healthz"]
  stage: check
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	smoke_test_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_tests_that_may_ask if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  smoke:
    runs-on: ubuntu-24.04
    needs: ship
    steps:
      - run: npm run test:e2e
`
	smoke_test_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_infrastructure if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: terraform apply -auto-approve
`
	smoke_test_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_staging if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	smoke_test_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_every_tool_that_makes_what_programs_run_on if {
	every command in ["terraform apply -auto-approve", "terragrunt apply -auto-approve", "pulumi up --yes", "cdktf deploy", "cdk deploy", "aws cloudformation deploy --stack-name shop --template-file shop.yaml"] {
		text := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [command], "environment": "production"}}))
		count(text.pipeline.deploys) == 1
		smoke_test_missing.deny == set() with input as text
	}
}
