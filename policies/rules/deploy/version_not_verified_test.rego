package guard.rules.deploy.version_not_verified_test

import data.guard.rules.deploy.version_not_verified

test_deny_nobody_compares if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: curl -f https://shop.example.com/healthz
`
	version_not_verified.deny == {{
		"message": "job ship, step 1: nothing compares the version that runs behind kubectl set image with the one deployed",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_nobody_compares_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	version_not_verified.deny == {{
		"message": "job ship, script: nothing compares the version that runs behind kubectl set image with the one deployed",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_version_address if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: test "$(curl -fs https://shop.example.com/version)" = "${{ github.sha }}"
`
	version_not_verified.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_image_that_runs_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl get deployment web -o jsonpath={..image} | grep $CI_COMMIT_SHA"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	version_not_verified.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
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
	version_not_verified.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_script_that_may_compare if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: ./smoke-test.sh
`
	version_not_verified.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_every_tool_that_makes_what_programs_run_on if {
	every command in ["terraform apply -auto-approve", "terragrunt apply -auto-approve", "pulumi up --yes", "cdktf deploy", "cdk deploy", "aws cloudformation deploy --stack-name shop --template-file shop.yaml"] {
		text := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [command], "environment": "production"}}))
		count(text.pipeline.deploys) == 1
		version_not_verified.deny == set() with input as text
	}
}
