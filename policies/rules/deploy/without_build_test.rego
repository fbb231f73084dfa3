package guard.rules.deploy.without_build_test

import data.guard.rules.deploy.without_build

test_deny_job_that_goes_on_where_the_build_failed if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    if: always()
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == {{
		"message": "job ship, step 1: kubectl set image deploys ghcr.io/acme/web:<sha>, and starts where it was not pushed, too (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_job_beside_the_build if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == {{
		"message": "job ship, step 1: kubectl set image deploys ghcr.io/acme/web:<sha>, and starts where it was not pushed, too (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_needs_nothing_on_gitlab if {
	text := `stages: [build, deploy]
build:
  script: ["docker build -t registry.example.com/web:$CI_COMMIT_SHA .", "docker push registry.example.com/web:$CI_COMMIT_SHA"]
  stage: build
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:$CI_COMMIT_SHA"]
  stage: deploy
  needs: []
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	without_build.deny == {{
		"message": "job ship, script: kubectl set image deploys registry.example.com/web:<sha>, and starts where it was not pushed, too (push to main, schedule, manual start)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_job_that_needs_the_build if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_later_stage if {
	text := `stages: [build, deploy]
build:
  script: ["docker build -t registry.example.com/web:$CI_COMMIT_SHA .", "docker push registry.example.com/web:$CI_COMMIT_SHA"]
  stage: build
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:$CI_COMMIT_SHA"]
  stage: deploy
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	without_build.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_image_of_another_run if {
	text := `on: {push: {branches: [main, develop]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'develop'
    steps:
      - run: docker build -t ghcr.io/acme/web:1.4.2 . && docker push ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'main'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_build_whose_failure_may_count if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    continue-on-error: "${{ vars.LAX == 'yes' }}"
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
