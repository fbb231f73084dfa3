package guard.rules.image.tag_latest_test

import data.guard.rules.image.tag_latest

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

_deny(problem) := {{"message": sprintf("container web: %s", [problem]), "path": _path}}

test_deny_no_tag if {
	tag_latest.deny == _deny(`image "shop" has no tag, which means latest`) with input as _pod("shop")
}

test_deny_port_without_tag if {
	tag_latest.deny == _deny(`image "registry:5000/shop" has no tag, which means latest`) with input as _pod("registry:5000/shop")
}

test_deny_latest if {
	tag_latest.deny == _deny(`image "shop:latest" has the tag "latest"`) with input as _pod("shop:latest")
}

test_deny_latest_of_unknown_name if {
	tag_latest.deny == _deny(`image "${REGISTRY}/shop:latest" has the tag "latest"`) with input as _pod("${REGISTRY}/shop:latest")
}

test_deny_default_of_compose_variable if {
	tag_latest.deny == {{
		"message": `service web: image "shop:latest" has the tag "latest"`,
		"path": ["services", "web", "image"],
	}} with input as guard.parse("compose", "services: {web: {image: 'shop:${TAG:-latest}'}}")
}

test_deny_base_image if {
	messages := {d.message | some d in tag_latest.deny} with input as guard.parse("dockerfile", "FROM golang AS build\nFROM debian:latest\n")
	messages == {
		`stage build: image "golang" has no tag, which means latest`,
		`stage 1: image "debian:latest" has the tag "latest"`,
	}
}

test_deny_latest_beside_digest_where_asked if {
	raw := "shop:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	tag_latest.deny == _deny(sprintf(`image %q has the tag "latest" beside its digest`, [raw])) with input as _pod(raw)
		with data.guard.params as {"image/tag-latest": {"flag_digest": true}}
}

test_allow_latest_beside_digest if {
	tag_latest.deny == set() with input as _pod("shop:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
}

test_allow_other_tags if {
	every tag in ["1.2.3", "stable", "main", "latest-alpine", "a1b2c3d"] {
		tag_latest.deny == set() with input as _pod(concat(":", ["shop", tag]))
	}
}

test_allow_unknown_and_invalid if {
	every image in ["shop:${TAG}", "$IMAGE", "Shop:latest", "shop:latest@sha256:abc"] {
		tag_latest.deny == set() with input as _pod(image)
	}
}

test_allow_stages_and_scratch if {
	tag_latest.deny == set() with input as guard.parse("dockerfile", "FROM golang:1.22.1 AS build\nFROM build AS test\nFROM scratch\nCOPY --from=build /a /a\n")
}

test_allow_name_of_what_compose_builds if {
	tag_latest.deny == set() with input as guard.parse("compose", "services: {web: {build: ., image: shop}}")
}

test_allow_what_istio_fills_in if {
	tag_latest.deny == set() with input as _pod("auto")
}

_azure(image) := guard.parse_file("azure-pipelines.yml", sprintf("resources: {containers: [{container: tools, image: %q}]}\njobs: [{job: a, container: tools, steps: [{script: make}]}]", [image]))

test_deny_container_of_azure if {
	tag_latest.deny == {{
		"message": `container of job a: image "acme/tools:latest" has the tag "latest"`,
		"path": ["resources", "containers", 0, "image"],
	}} with input as _azure("acme/tools:latest")
}

test_allow_release_in_container_of_azure if tag_latest.deny == set() with input as _azure("acme/tools:1.4.2")

test_allow_other_tags_and_one_finding_where_digests_are_looked_at if {
	params := {"image/tag-latest": {"flag_digest": true}}
	tag_latest.deny == set() with input as _pod("shop:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef") with data.guard.params as params
	tag_latest.deny == _deny(`image "shop:latest" has the tag "latest"`) with input as _pod("shop:latest") with data.guard.params as params
}

test_allow_name_of_what_compose_builds_where_digests_are_looked_at if {
	tag_latest.deny == set() with input as guard.parse("compose", "services: {web: {build: ., image: 'shop:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}}")
		with data.guard.params as {"image/tag-latest": {"flag_digest": true}}
}
