package guard.rules.image.tag_branch_test

import data.guard.rules.image.tag_branch

_pod(image) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: %q
`,
	[image],
))

_path := ["spec", "containers", 0, "image"]

test_deny_branches if {
	every tag in ["main", "master", "develop", "feature-x", "pr-12", "master-ubuntu"] {
		image := concat(":", ["shop", tag])
		tag_branch.deny == {{
			"message": sprintf("container web: image %q has the tag %q, which is a branch without a commit", [image, tag]),
			"path": _path,
		}} with input as _pod(image)
	}
}

test_deny_base_image if {
	{d.message | some d in tag_branch.deny} == {`stage 0: image "ghcr.io/acme/base:main" has the tag "main", which is a branch without a commit`} with input as guard.parse("dockerfile", "FROM ghcr.io/acme/base:main\n")
}

test_allow_branch_with_commit if {
	every tag in ["main-a1b2c3d", "main-20240115", "main-123", "1.2.3", "latest", "stable"] {
		tag_branch.deny == set() with input as _pod(concat(":", ["shop", tag]))
	}
}

test_allow_digest if {
	tag_branch.deny == set() with input as _pod("shop:main@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
}

test_allow_pushed_image_of_which_another_rule_tells if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {script: [docker push registry.example.com/shop:main]}")
	text.images[0].role == "pushed"
	tag_branch.deny == set() with input as text
}
