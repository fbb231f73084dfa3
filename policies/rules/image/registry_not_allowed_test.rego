package guard.rules.image.registry_not_allowed_test

import data.guard.rules.image.registry_not_allowed

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

_params(allowed) := {"image/registry-not-allowed": {"allowed": allowed}}

_deny(image, registry) := {{
	"message": sprintf("container web: image %q comes from %s, which is not in the list of allowed registries", [image, registry]),
	"path": _path,
}}

# Reliability 23
test_deny_names_that_only_begin_alike if {
	allowed := ["docker.io/org", "ghcr.io", "registry.example.com:5000/team/**"]
	cases := {
		"org-evil/shop:1.2.3": "docker.io",
		"docker.io.evil.tld/org/shop:1.2.3": "docker.io.evil.tld",
		"evil.tld/docker.io/org/shop:1.2.3": "evil.tld",
		"ghcr.io.evil.tld/acme/shop:1.2.3": "ghcr.io.evil.tld",
		"registry.example.com/team/shop:1.2.3": "registry.example.com",
		"registry.example.com:5000/team2/shop:1.2.3": "registry.example.com:5000",
		"registry.example.com:5000/${TEAM}:1.2.3": "",
		"quay.io/${TEAM}/shop:1.2.3": "quay.io",
	}
	every image, registry in cases {
		_expected(image, registry) == registry_not_allowed.deny with input as _pod(image) with data.guard.params as _params(allowed)
	}
}

_expected(_, registry) := set() if registry == ""

_expected(image, registry) := _deny(image, registry) if registry != ""

test_deny_everything_where_nothing_is_allowed if {
	registry_not_allowed.deny == _deny("nginx:1.25.3", "docker.io") with input as _pod("nginx:1.25.3")
}

test_allow_what_is_below_an_entry if {
	allowed := ["docker.io/org", "index.docker.io/library", "GHCR.io/acme/*", "registry.example.com:5000/"]
	images := ["org/shop:1.2.3", "docker.io/org/a/b", "nginx:1.25.3", "ghcr.io/acme/shop", "registry.example.com:5000/a/b"]
	every image in images {
		registry_not_allowed.deny == set() with input as _pod(image) with data.guard.params as _params(allowed)
	}
}

test_allow_what_is_not_known if {
	every image in ["$IMAGE", "${REGISTRY}/shop:1.2.3", "ghcr.io/ACME/shop"] {
		registry_not_allowed.deny == set() with input as _pod(image) with data.guard.params as _params(["ghcr.io/acme"])
	}
}

test_allow_what_is_no_reference_and_what_is_built_here if {
	registry_not_allowed.deny == set() with input as _pod("quay.io/ACME/shop:1.2.3") with data.guard.params as _params(["docker.io"])
	registry_not_allowed.deny == set() with input as guard.parse("compose", "services: {web: {build: ., image: 'quay.io/acme/shop:1.2.3'}}") with data.guard.params as _params(["docker.io"])
}
