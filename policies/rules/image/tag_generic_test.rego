package guard.rules.image.tag_generic_test

import data.guard.rules.image.tag_generic

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

_deny(image, tag) := {{
	"message": sprintf("container web: image %q has the tag %q, which names no version", [image, tag]),
	"path": _path,
}}

test_deny_channels if {
	every tag in ["stable", "PROD", "edge", "dev", "test", "current", "new", "production-latest", "lts-alpine"] {
		image := concat(":", ["shop", tag])
		tag_generic.deny == _deny(image, tag) with input as _pod(image)
	}
}

test_deny_flavour_without_version if {
	tag_generic.deny == _deny("nginx:alpine", "alpine") with input as _pod("nginx:alpine")
}

test_deny_base_image if {
	{d.message | some d in tag_generic.deny} == {`stage 0: image "node:lts" has the tag "lts", which names no version`} with input as guard.parse("dockerfile", "FROM node:lts\n")
}

test_deny_further_channel if {
	tag_generic.deny == _deny("shop:Blue", "Blue") with input as _pod("shop:Blue")
		with data.guard.params as {"image/tag-generic": {"channels": ["blue"], "accept": []}}
}

test_allow_accepted_channel if {
	tag_generic.deny == set() with input as _pod("shop:LTS")
		with data.guard.params as {"image/tag-generic": {"channels": [], "accept": ["lts"]}}
}

test_allow_other_tags if {
	every tag in ["1.2.3", "latest", "main", "stable-diffusion", "dev-tools", "blue", "1.25-alpine", "nonroot"] {
		tag_generic.deny == set() with input as _pod(concat(":", ["shop", tag]))
	}
}

test_allow_digest if {
	tag_generic.deny == set() with input as _pod("shop:stable@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
}

test_allow_pushed_image_of_which_another_rule_tells if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {script: [docker push registry.example.com/shop:stable]}")
	text.images[0].role == "pushed"
	tag_generic.deny == set() with input as text
}

test_allow_branch_of_which_another_rule_tells if {
	tag_generic.deny == set() with input as _pod("shop:main")
		with data.guard.params as {"image/tag-generic": {"channels": ["main"], "accept": []}}
}
