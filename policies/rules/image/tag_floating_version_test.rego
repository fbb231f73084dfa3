package guard.rules.image.tag_floating_version_test

import data.guard.rules.image.tag_floating_version

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

_deny(image, version) := {{
	"message": sprintf("container web: image %q stays on the release line %s, an exact release is expected", [image, version]),
	"path": _path,
}}

test_deny_release_lines_of_what_runs if {
	cases := {
		"nginx:1.25": "1.25",
		"redis:7-alpine": "7",
		"shop:v1": "v1",
		"debian:bookworm-slim": "bookworm",
		"postgres:15": "15",
		"shop:1.2.3-SNAPSHOT": "1.2.3",
	}
	every image, version in cases {
		tag_floating_version.deny == _deny(image, version) with input as _pod(image)
	}
}

test_deny_major_line_of_base_image if {
	{d.message | some d in tag_floating_version.deny} == {`stage 0: image "node:20" stays on the release line 20, major.minor is expected`} with input as guard.parse("dockerfile", "FROM node:20\n")
}

test_deny_kustomize_tag if {
	tag_floating_version.deny == {{
		"message": `image shop: image "shop:v2" stays on the release line v2, an exact release is expected`,
		"path": ["images", 0, "newTag"],
	}} with input as guard.parse("gitops", "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nimages: [{name: shop, newTag: v2}]\n")
}

test_allow_exact_releases if {
	every tag in ["1.25.3", "v1.2.3-rc.1", "1.25.3-alpine", "2024.1.2", "a1b2c3d", "20240115", "latest", "stable"] {
		tag_floating_version.deny == set() with input as _pod(concat(":", ["shop", tag]))
	}
}

test_allow_images_whose_releases_have_two_numbers if {
	every image in ["postgres:15.4", "postgres:15.4-alpine", "docker.io/library/postgres:16.1", "registry.example.com/db/postgres:15.4", "dpage/pgadmin4:9.1", "public.ecr.aws/eks-distro/kubernetes/pause:3.10"] {
		tag_floating_version.deny == set() with input as _pod(image)
	}
}

test_allow_versions_that_are_never_set_anew if {
	every image in ["registry.k8s.io/pause:3.9", "registry.k8s.io/guestbook:v3", "k8s.gcr.io/echoserver:1.10", "gcr.io/google_containers/echoserver:1.4", "gcr.io/google-samples/hello-app:1.0"] {
		tag_floating_version.deny == set() with input as _pod(image)
	}
}

test_allow_digest if {
	tag_floating_version.deny == set() with input as _pod("nginx:1.25@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
}

test_allow_minor_line_of_base_image if {
	every image in ["python:3.11-slim", "ubuntu:22.04", "debian:bookworm-slim", "debian:12", "fedora:40", "amazonlinux:2023", "centos:7", "rockylinux:9", "eclipse-temurin:17-jre", "postgres:15", "public.ecr.aws/amazonlinux/amazonlinux:2023"] {
		tag_floating_version.deny == set() with input as guard.parse("dockerfile", sprintf("FROM %s\n", [image]))
	}
}

test_allow_major_line_of_tooling if {
	tag_floating_version.deny == set() with input as guard.parse("pipeline", `
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    container: node:20
    services: {db: {image: "postgres:15"}}
    steps: [{run: npm test}]
`)
}

test_allow_pushed_image_of_which_another_rule_tells if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {script: [docker push registry.example.com/shop:1.4]}")
	text.images[0].role == "pushed"
	tag_floating_version.deny == set() with input as text
	tag_floating_version.deny == set() with input as text with data.guard.params["image/tag-floating-version"].exact as ["pushed"]
}

test_deny_release_lines_of_everything_that_a_pod_runs if {
	text := `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: seed, image: "seed:1.2"}]
  containers: [{name: web, image: "web:1.3"}]
  ephemeralContainers: [{name: look, image: "look:1.4"}]
  volumes: [{name: model, image: {reference: "model:1.5"}}]
`
	{image.role | some image in guard.parse("kubernetes", text).images} == {"init", "container", "ephemeral", "volume"}
	{d.path | some d in tag_floating_version.deny} == {image.path | some image in guard.parse("kubernetes", text).images} with input as guard.parse("kubernetes", text)
}

test_deny_image_below_a_pattern_of_one_part if {
	params := {"image/tag-floating-version": {"exact": ["container"], "minor": [], "major_only": [], "two_numbers": [], "immutable": ["acme/*"]}}
	tag_floating_version.deny == set() with input as _pod("acme/shop:1.4") with data.guard.params as params
	count(tag_floating_version.deny) == 1 with input as _pod("acme/web/shop:1.4") with data.guard.params as params
}
