package guard.rules.analysis.policy_change_test

import data.guard.rules.analysis.policy_change

test_deny_every_change if {
	changes := [{"what": "the configuration", "file": ".guard.yaml", "path": []}, {"what": "a waiver", "file": "k8s/web.yaml", "path": ["spec"]}]
	policy_change.deny == {
		{"message": "the change to the configuration takes effect after merge", "path": [], "file": ".guard.yaml"},
		{"message": "the change to a waiver takes effect after merge", "path": ["spec"], "file": "k8s/web.yaml"},
	} with input.changes as changes
}

test_allow_unchanged_policy if {
	policy_change.deny == set() with input as {"kind": "project", "changes": []}
}
