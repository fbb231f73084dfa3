package guard.rules.deploy.health_check_ineffective_test

import data.guard.rules.deploy.health_check_ineffective

test_deny_loop_without_a_failing_end if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          for i in 1 2 3; do
            if curl -fs https://shop.example.com/healthz; then break; fi
            sleep 5
          done

`
	health_check_ineffective.deny == {{
		"message": "job ship: the check by curl cannot fail: the condition of an if",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 2, "column": 6, "end_line": 2, "end_column": 10}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_loop_whose_end_is_decided_later if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          for i in 1 2 3; do
            if curl -fs https://shop.example.com/healthz; then up=yes; break; fi
            sleep 5
          done
          test "$up" = yes
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_loop_whose_end_is_decided_later_by_bash if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          for i in 1 2 3; do
            if curl -fs https://shop.example.com/healthz; then up=yes; break; fi
            sleep 5
          done
          [[ $up == yes ]]
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_loop_whose_end_is_counted_later if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          for i in 1 2 3; do
            if curl -fs https://shop.example.com/healthz; then up=1; break; fi
            sleep 5
          done
          (( up ))
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_answer_that_is_captured_and_compared if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          code=$(curl -s -o /dev/null -w '%{http_code}' https://shop.example.com/healthz || true)
          if [ "$code" != 200 ]; then exit 1; fi
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_curl_without_fail if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: curl https://shop.example.com/healthz
`
	health_check_ineffective.deny == {{
		"message": "job ship: the check by curl cannot fail: curl without --fail: it exits with 0 whatever the server answers",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_failure_that_is_swallowed if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "curl -f https://shop.example.com/healthz || true"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	health_check_ineffective.deny == {{
		"message": "job ship: the check by curl cannot fail: || true",
		"path": ["ship", "script", 1, {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_curl_with_fail if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: curl --fail --retry 10 https://shop.example.com/healthz
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_curl_with_fail_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "curl -f https://shop.example.com/healthz"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	health_check_ineffective.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_loop_that_ends_when_it_answers if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: until curl -fs https://shop.example.com/healthz; do sleep 2; done
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_download if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: curl -LO https://dl.k8s.io/v1.30.0/bin/linux/amd64/kubectl
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	health_check_ineffective.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_step(script) := {d.message | some d in health_check_ineffective.deny with input as guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}, {"run": script}]}}}))}

test_allow_every_end_that_can_fail if {
	every end in ["exit 1", "return 1", "false", "test \"$up\" = yes", "[ \"$up\" = yes ]"] {
		_step(sprintf("for i in 1 2 3; do\n  if curl -fs https://shop.example.com/healthz; then up=yes; break; fi\ndone\n%s\n", [end])) == set()
	}
}

test_allow_undo_of_which_another_rule_tells if {
	_step("kubectl rollout status deployment/web || kubectl rollout undo deployment/web") == set()
}

# Whether that has to do with the check is not known.
test_allow_script_that_ends_as_failed_somewhere_else if {
	loop := "for i in 1 2 3; do\n  if curl -fs https://shop.example.com/healthz; then break; fi\ndone\n"
	count(_step(loop)) == 1
	every end in ["exit 1", "return 1", "false"] {
		_step(concat("", [sprintf("if grep -q off state; then %s; fi\n", [end]), loop])) == set()
	}
}

test_allow_test_by_a_shell_that_takes_it_for_a_command if {
	steps := [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}, {"shell": "sh", "run": "for i in 1 2 3; do\n  if curl -fs https://shop.example.com/healthz; then up=yes; break; fi\ndone\n[[ $up = yes ]]\n"}]
	health_check_ineffective.deny == set() with input as guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": steps}}}))
}
