package guard.rules.kubernetes.team_label_test

import data.guard.rules.kubernetes.team_label

_pod(labels) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {name: web, labels: %s}
spec: {containers: [{name: web, image: shop:1.0}]}
`,
	[labels],
))

_missing := {{"message": "Pod has no label team", "path": ["metadata"]}}

test_deny_no_label if {
	team_label.deny == _missing with input as _pod("{app: web}")
}

test_deny_empty_label if {
	team_label.deny == _missing with input as _pod("{team: ''}")
}

test_allow_label if {
	team_label.deny == set() with input as _pod("{team: shop}")
}

test_allow_what_runs_nothing if {
	team_label.deny == set() with input as guard.parse("kubernetes", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
}
