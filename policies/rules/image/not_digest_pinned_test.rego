package guard.rules.image.not_digest_pinned_test

import data.guard.rules.image.not_digest_pinned

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

test_deny_tag_without_digest if {
	every image in ["shop:1.2.3", "shop", "${REGISTRY}/shop:1.2.3"] {
		not_digest_pinned.deny == {{
			"message": sprintf("container web: image %q has no digest", [image]),
			"path": _path,
		}} with input as _pod(image)
	}
}

test_deny_base_image if {
	{d.message | some d in not_digest_pinned.deny} == {`stage 0: image "debian:12.5" has no digest`} with input as guard.parse("dockerfile", "FROM debian:12.5\n")
}

test_allow_digest if {
	every image in ["shop@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "shop:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"] {
		not_digest_pinned.deny == set() with input as _pod(image)
	}
}

test_allow_unknown_and_what_other_rules_report if {
	every image in ["shop:${TAG}", "shop@${sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef_OF_SHOP}", "Shop:1.2.3", "shop:1.2.3@sha256:abc"] {
		not_digest_pinned.deny == set() with input as _pod(image)
	}
}

test_allow_name_of_what_compose_builds if {
	not_digest_pinned.deny == set() with input as guard.parse("compose", "services: {web: {build: ., image: 'shop:1.2.3'}}")
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
		count(text.images) > 0
		{d.path | some d in not_digest_pinned.deny} == {image.path | some image in text.images} with input as text
	}
}

test_allow_image_that_is_pushed if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {script: [docker push registry.example.com/shop:1.4.2]}")
	text.images[0].role == "pushed"
	not_digest_pinned.deny == set() with input as text
}

test_allow_stage_of_the_same_file if {
	{d.message | some d in not_digest_pinned.deny} == {`stage build: image "debian:12.5" has no digest`} with input as guard.parse("dockerfile", "FROM debian:12.5 AS build\nFROM build\n")
}
