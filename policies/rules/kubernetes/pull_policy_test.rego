package guard.rules.kubernetes.pull_policy_test

import data.guard.rules.kubernetes.pull_policy

_image(image, policy) := found if {
	found := {finding.message | some finding in pull_policy.deny} with input as guard.parse("kubernetes", sprintf(
		`
apiVersion: v1
kind: Pod
spec: {containers: [{name: web, image: "%s"%s}]}
`,
		[image, policy],
	))
}

test_deny_moving_tag_that_is_kept if {
	_image("shop:main", ", imagePullPolicy: IfNotPresent") == {"container web: the tag of \"shop:main\" moves, and the pull policy is IfNotPresent"}
	_image("shop:latest", ", imagePullPolicy: IfNotPresent") == {"container web: the tag of \"shop:latest\" moves, and the pull policy is IfNotPresent"}
	_image("shop:main", "") == {"container web: the tag of \"shop:main\" moves, and without a pull policy it is IfNotPresent"}
}

test_allow_what_does_not_move_or_is_pulled if {
	_image("shop:main", ", imagePullPolicy: Always") == set()
	_image("shop:latest", "") == set()
	_image("shop:1.0.0", ", imagePullPolicy: IfNotPresent") == set()
}
