package guard.rules.image.reference_invalid_test

import data.guard.rules.image.reference_invalid

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

_deny(image, problem) := {{
	"message": sprintf("container web: image %q is no reference: %s", [image, problem]),
	"path": _path,
}}

test_deny_invalid_references if {
	cases := {
		"ghcr.io/ACME/shop:1.2.3": `its repository has upper-case letters in "ACME"; only lower case is allowed`,
		"shop:": `nothing follows its ":"; a tag is expected`,
		"https://ghcr.io/acme/shop": `it begins with "https://"; a reference has no scheme`,
		"shop:1.2.3 ": "it begins or ends with white space",
		"ghcr.io/ACME/shop:${TAG}": `its repository has upper-case letters in "ACME"; only lower case is allowed`,
	}
	every image, problem in cases {
		reference_invalid.deny == _deny(image, problem) with input as _pod(image)
	}
}

test_deny_expression_of_mixed_case_where_asked if {
	image := "ghcr.io/${{ github.repository }}:1.2.3"
	reference_invalid.deny == {{
		"message": sprintf("container web: image %q is no reference where github.repository holds upper case", [image]),
		"path": _path,
	}} with input as _pod(image)
		with data.guard.params as {"image/reference-invalid": {"replaced": [], "mixed_case": ["github.repository"]}}
}

test_allow_references_and_templates if {
	every image in ["shop", "ghcr.io/acme/shop:1.2.3", "shop@sha256:abc", "shop:${TAG}", "ghcr.io/${{ github.repository }}:1.2.3", "gcr.io/PROJECT_ID/shop:1.2.3"] {
		reference_invalid.deny == set() with input as _pod(image)
	}
}

test_allow_what_ko_replaces if {
	reference_invalid.deny == set() with input as _pod("ko://github.com/acme/shop/cmd/web")
}

test_allow_stages if {
	reference_invalid.deny == set() with input as guard.parse("dockerfile", "FROM golang:1.22.1 AS Build\nFROM Build\n")
}

_push(name) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{
	"uses": "docker/build-push-action@v6",
	"with": {"push": true, "tags": sprintf("ghcr.io/%s:1.4.2", [name])},
}]}}}))

test_deny_repository_as_it_is if {
	reference_invalid.deny == {{
		"message": "job ship, step 1: an image is named after the repository as it is: where owner or name hold upper case, no registry takes it",
		"path": ["jobs", "ship", "steps", 0, "with", "tags"],
	}} with input as _push("${{ github.repository }}")
}

test_allow_repository_in_lower_case if {
	meta := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [
		{"id": "names", "uses": "docker/metadata-action@v5", "with": {"images": "ghcr.io/${{ github.repository }}", "tags": "type=sha"}},
		{"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": "${{ steps.names.outputs.tags }}"}},
	]}}}))
	reference_invalid.deny == set() with input as meta
	reference_invalid.deny == set() with input as _push("${{ vars.NAME }}")
	reference_invalid.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['docker push registry.example.com/$CI_PROJECT_PATH_SLUG:1.4.2']}")
}

test_allow_expression_of_mixed_case_in_the_tag if {
	reference_invalid.deny == set() with input as _pod("ghcr.io/acme/shop:${{ github.ref_name }}")
		with data.guard.params as {"image/reference-invalid": {"replaced": [], "mixed_case": ["github.ref_name"]}}
}

test_deny_once_what_is_wrong_anyway if {
	image := "ghcr.io/${{ github.repository }}:"
	reference_invalid.deny == _deny(image, `nothing follows its ":"; a tag is expected`) with input as _pod(image)
		with data.guard.params as {"image/reference-invalid": {"replaced": [], "mixed_case": ["github.repository"]}}
	text := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{"run": sprintf("docker push %s", [image])}]}}}))
	count(reference_invalid.deny) == 1 with input as text
}
