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

test_allow_release_of_two_numbers if {
	_image("postgres:18.3", "") == set()
	_image("public.ecr.aws/eks-distro/kubernetes/pause:3.10", "") == set()
	_image("registry.example.com/db/postgres:18.3", "") == set()
	_image("dpage/pgadmin4:9.1", "") == set()
	_image("registry.k8s.io/echoserver:1.10", "") == set()
	count(_image("postgres:18", "")) == 1
	count(_image("shop:1.4", "")) == 1
	count(_image("postgres:main", "")) == 1
}

test_allow_tag_that_is_not_known_here if {
	parsed := guard.parse("kubernetes", "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: shop}]}")
	open := object.union(parsed, {"images": [object.union(parsed.images[0], {"mutable": true, "unresolved": true, "class": "unknown"})]})
	pull_policy.deny == set() with input as open
}

test_allow_missing_tag_which_is_always_pulled if {
	_image("shop", "") == set()
}

test_deny_image_below_a_pattern_of_one_part if {
	count(_image("acme/web/shop:1.4", "")) == 1 with data.guard.params["kubernetes/pull-policy"].immutable as ["acme/*"]
	_image("acme/shop:1.4", "") == set() with data.guard.params["kubernetes/pull-policy"].immutable as ["acme/*"]
}
