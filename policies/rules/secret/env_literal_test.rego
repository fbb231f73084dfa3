package guard.rules.secret.env_literal_test

import data.guard.rules.secret.env_literal

_pod(value) := sprintf(
	`apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env:
        - name: DB_PASSWORD
          %s
`,
	[value],
)

test_deny_password_in_container if {
	env_literal.deny == {{
		"message": "container web: DB_PASSWORD holds the secret Tr**** in plain text",
		"path": ["spec", "containers", 0, "env", 0, "value"],
	}} with input as guard.parse("kubernetes", _pod("value: 'Tr0ub4dor&3'"))
}

test_deny_weak_password_in_container if {
	count(env_literal.deny) == 1 with input as guard.parse("kubernetes", _pod("value: postgres"))
}

test_allow_reference_in_container if {
	ref := "valueFrom: {secretKeyRef: {name: db, key: password}}"
	env_literal.deny == set() with input as guard.parse("kubernetes", _pod(ref))
}

_service(password) := sprintf(
	`services:
  db:
    image: postgres:16.4
    environment:
      POSTGRES_PASSWORD: %s
`,
	[password],
)

test_deny_password_in_compose_service if {
	count(env_literal.deny) == 1 with input as guard.parse_file("compose.yaml", _service("Tr0ub4dor-and-3"))
}

test_allow_test_password_in_compose_service if {
	env_literal.deny == set() with input as guard.parse_file("compose.yaml", _service("postgres"))
}

test_allow_config_map_which_another_rule_reports if {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {DB_PASSWORD: Tr0ub4dor-and-3}\n"
	env_literal.deny == set() with input as guard.parse("kubernetes", text)
}

# A secret of a known format is reported where the file is looked at.
test_allow_value_of_known_format if {
	text := _pod(concat("", ["value: https://hooks.", "slack.com/services/T0AB1CD2E/B0FG3HI4J/", "a1B2c3D4e5F6g7H8i9J0k1L2"]))
	env_literal.deny == set() with input as guard.parse("kubernetes", text)
}

_workflow := `on: push
env:
  DEPLOY_PASSWORD: Tr0ub4dor-and-3
jobs:
  test:
    runs-on: ubuntu-24.04
    steps: [{run: make deploy}]
`

test_deny_password_in_workflow if {
	count(env_literal.deny) == 1 with input as guard.parse_file(".github/workflows/ci.yml", _workflow)
}

test_deny_variable_without_known_holder if {
	secret := {"pattern": "", "place": "env", "throwaway": false, "holder": "", "name": "TOKEN", "redacted": "ab****", "path": ["env", "TOKEN"]}
	env_literal.deny == {{
		"message": "TOKEN holds the secret ab**** in plain text",
		"path": ["env", "TOKEN"],
	}} with input as {"secrets": [secret]}
}

test_deny_password_among_variables_of_azure if {
	text := "variables:\n- name: DB_PASSWORD\n  value: 'Tr0ub4dor&3'\nsteps: [{script: make}]"
	env_literal.deny == {{
		"message": "the pipeline: DB_PASSWORD holds the secret Tr**** in plain text",
		"path": ["variables", 0, "value"],
	}} with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_macro_of_azure if {
	text := "variables: {DB_PASSWORD: $(databasePassword)}\nsteps: [{script: make}]"
	env_literal.deny == set() with input as guard.parse_file("azure-pipelines.yml", text)
}

test_allow_value_of_known_format_that_another_rule_reports if {
	text := guard.parse_file("web.yaml", _pod(concat("", ["value: ghp", "_Zk3mQ9xT1vB7nL5cR8wY2dF6hJ4pS0aGuE1i"])))
	[secret.pattern | some secret in text.secrets; secret.pattern != ""] != []
	env_literal.deny == set() with input as text
}
