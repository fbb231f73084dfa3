package guard.rules.deploy.without_environment_test

import data.guard.rules.deploy.without_environment

test_deny_ssh if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh deploy@shop.example.com 'docker compose pull && docker compose up -d'
`
	without_environment.deny == {{
		"message": "job ship, step 1: docker compose up deploys, and the job names no environment",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 4}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_cluster_with_access if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - uses: azure/k8s-set-context@v4
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout restart deployment/api
`
	without_environment.deny == {{
		"message": "job ship, step 2: kubectl set image deploys, and the job names no environment",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_ssh_on_gitlab if {
	text := `ship:
  script: ["ssh deploy@shop.example.com 'docker compose up -d'"]
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	without_environment.deny == {{
		"message": "job ship, script: docker compose up deploys, and the job names no environment",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 4}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_environment if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - uses: azure/k8s-set-context@v4
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_environment_on_gitlab if {
	text := `ship:
  script: ["ssh deploy@shop.example.com 'docker compose up -d'"]
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]
  environment: production

`
	without_environment.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_cluster_of_a_test if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    steps:
      - uses: helm/kind-action@v1
      - run: kubectl apply -f k8s/
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_cluster_that_may_be_a_tests_own if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    steps:
      - run: ./hack/cluster.sh
      - run: kubectl apply -f k8s/
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_deployment_that_may_not_be_reached if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: vars.DEPLOY == 'yes'
    steps:
      - run: flyctl deploy
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_compose_on_the_runner if {
	text := `on: {push: {branches: [main]}}
jobs:
  try:
    runs-on: ubuntu-24.04
    steps:
      - run: docker compose up -d
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_pages if {
	text := `on: {push: {branches: [main]}}
jobs:
  docs:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/deploy-pages@v4
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_package if {
	text := `on: {push: {branches: [main]}}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
`
	without_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
