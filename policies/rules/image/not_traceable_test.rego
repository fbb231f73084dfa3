package guard.rules.image.not_traceable_test

import data.guard.rules.image.not_traceable

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

_own(image) := object.union(_pod(image), {"images": [object.union(i, {"own": true}) | some i in _pod(image).images]})

_deny(image, class) := {{
	"message": sprintf(
		"container web: own image %q proves no commit: its tag is of class %s, accepted are sha, short-sha, branch-sha, date-sha, semver, digest",
		[image, class],
	),
	"path": _path,
}}

test_deny_own_tags_without_commit if {
	cases := {
		"shop:build-42": "number",
		"shop:1234": "number",
		"shop:20240115": "date",
		"shop:blue": "other",
		"shop:a1b2c3d-dirty": "other",
	}
	every image, class in cases {
		not_traceable.deny == _deny(image, class) with input as _own(image)
	}
}

test_deny_digest_where_it_is_not_accepted if {
	image := "shop:1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	not_traceable.deny == {{
		"message": sprintf("container web: own image %q proves no commit: its tag is of class floating-version, accepted are sha", [image]),
		"path": _path,
	}} with input as _own(image) with data.guard.params as {"image/not-traceable": {"accept": ["sha"], "roles": ["container"]}}
}

test_allow_commits_releases_and_digests if {
	every tag in ["a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "a1b2c3d", "main-a1b2c3d", "20240115-a1b2c3d", "1.2.3", "build-42@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"] {
		not_traceable.deny == set() with input as _own(concat(":", ["shop", tag]))
	}
}

test_allow_what_may_be_a_commit if {
	not_traceable.deny == set() with input as _own("shop:1315693")
}

test_allow_what_other_rules_report if {
	every image in ["shop", "shop:latest", "shop:main", "shop:stable", "shop:1.2", "shop:${TAG}", "Shop:42x", "shop:42x@sha256:abc"] {
		not_traceable.deny == set() with input as _own(image)
	}
}

test_allow_images_of_others if {
	not_traceable.deny == set() with input as _pod("shop:build-42")
}

test_allow_base_images if {
	dockerfile := guard.parse("dockerfile", "FROM ghcr.io/acme/base:blue\n")
	images := [object.union(i, {"own": true}) | some i in dockerfile.images]
	not_traceable.deny == set() with input as object.union(dockerfile, {"images": images})
}

_running := guard.parse("kubernetes", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: seed, image: "seed:blue"}]
  containers: [{name: web, image: "web:blue"}]
  ephemeralContainers: [{name: look, image: "look:blue"}]
  volumes: [{name: model, image: {reference: "model:blue"}}]
`)

_kustomized := guard.parse("gitops", "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{name: shop, newTag: blue}]\n")

test_deny_everything_that_is_run if {
	every text in [_running, _kustomized] {
		owned := object.union(text, {"images": [object.union(i, {"own": true}) | some i in text.images]})
		{d.path | some d in not_traceable.deny} == {image.path | some image in text.images} with input as owned
	}
}

test_allow_name_of_what_compose_builds if {
	text := guard.parse("compose", "services: {web: {build: ., image: 'shop:blue'}}")
	owned := object.union(text, {"images": [object.union(i, {"own": true}) | some i in text.images]})
	not_traceable.deny == set() with input as owned with data.guard.params["image/not-traceable"].roles as ["built"]
}
