package guard.rules.deploy.canary_check_ineffective_test

import data.guard.rules.deploy.canary_check_ineffective

test_deny_integer_test_of_a_decimal if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -f canary.yaml
      - name: Check the canary
        run: |
          RATE=$(curl -s "$PROM/api/v1/query?query=errors" | jq -r .data.result[0].value[1])
          if [ "$RATE" -gt 0.01 ]; then exit 1; fi
`
	canary_check_ineffective.deny == {{
		"message": "job ship: the check by script cannot stop the rollout: -gt and its kin compare integers, and this is a decimal number",
		"path": ["jobs", "ship", "steps", 1, "run"],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_json_taken_for_a_number_on_gitlab if {
	text := `ship:
  environment: production
  script:
    - kubectl apply -f canary.yaml
    - RATE=$(curl -s "$PROM/api/v1/query?query=errors")
    - if [ "$RATE" -gt 5 ]; then exit 1; fi
`
	canary_check_ineffective.deny == {{
		"message": "job ship: the check by script cannot stop the rollout: the answer of the query is JSON, and is compared as if it were a number",
		"path": ["ship", "script"],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_decimals_by_bc if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -f canary.yaml
      - name: Check the canary
        run: |
          RATE=$(curl -s "$PROM/api/v1/query?query=errors" | jq -r .data.result[0].value[1])
          if (( $(echo "$RATE > 0.01" | bc -l) )); then exit 1; fi
`
	canary_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_decimals_by_bc_on_gitlab if {
	text := `ship:
  environment: production
  script:
    - kubectl apply -f canary.yaml
    - RATE=$(curl -s "$PROM/api/v1/query?query=errors" | jq -r .v)
    - if (( $(echo "$RATE > 0.01" | bc -l) )); then exit 1; fi
`
	canary_check_ineffective.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_script_that_cannot_be_seen_into if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -f canary.yaml
      - run: ./check-canary.sh
`
	canary_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_check_of_health_which_is_another_rule if {
	text := json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": "kubectl apply -f k8s/"}, {"run": "curl https://shop.example.com/healthz"}]}}})
	canary_check_ineffective.deny == set() with input as guard.parse("pipeline", text)
}
