package guard.rules.image.short_sha_test

import data.guard.rules.image.short_sha

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

test_deny_commit_abbreviated_too_far if {
	short_sha.deny == {{
		"message": `container web: image "shop:sha-a1b2c" names the commit a1b2c with 5 digits, at least 7 are expected`,
		"path": _path,
	}} with input as _pod("shop:sha-a1b2c")
}

test_deny_by_a_higher_minimum if {
	short_sha.deny == {{
		"message": `container web: image "shop:main-a1b2c3d" names the commit a1b2c3d with 7 digits, at least 12 are expected`,
		"path": _path,
	}} with input as _pod("shop:main-a1b2c3d") with data.guard.params as {"image/short-sha": {"min_length": 12}}
}

test_deny_what_passes_for_a_number if {
	short_sha.deny == {{
		"message": `container web: tag of image "shop:1315693" is ambiguous: 1315693 may be a number or an abbreviated commit`,
		"path": _path,
	}} with input as _own("shop:1315693")
}

test_allow_long_enough if {
	every tag in ["a1b2c3d", "sha-1234567", "main-a1b2c3d", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "1234", "1.2.3"] {
		short_sha.deny == set() with input as _own(concat(":", ["shop", tag]))
	}
}

test_allow_numbers_of_others if {
	short_sha.deny == set() with input as _pod("shop:1315693")
}

test_allow_digest if {
	every tag in ["sha-a1b2c", "1315693"] {
		short_sha.deny == set() with input as _own(sprintf("shop:%s@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", [tag]))
	}
}

test_allow_name_of_what_compose_builds if {
	every tag in ["sha-a1b2c", "1315693"] {
		text := guard.parse("compose", sprintf("services: {web: {build: ., image: 'shop:%s'}}", [tag]))
		short_sha.deny == set() with input as object.union(text, {"images": [object.union(i, {"own": true}) | some i in text.images]})
	}
}
