package guard.rules.image.digest_malformed_test

import data.guard.rules.image.digest_malformed

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
	"message": sprintf("container web: image %q: %s", [image, problem]),
	"path": _path,
}}

test_deny_malformed_digests if {
	cases := {
		"shop@sha256:abc": "its sha256 digest has 3 characters; 64 hex digits are expected",
		"shop:latest@sha256:abc": "its sha256 digest has 3 characters; 64 hex digits are expected",
		"shop@md5:d41d8cd98f00b204e9800998ecf8427e": `its digest has the unknown algorithm "md5"; sha256, sha384 or sha512 is expected`,
		"shop@abc": "its digest has no algorithm; sha256:<64 hex digits> is expected",
	}
	every image, problem in cases {
		digest_malformed.deny == _deny(image, problem) with input as _pod(image)
	}
}

test_allow_digests_and_variables if {
	every image in ["shop@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "shop:1.2.3", "shop@${sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef_OF_SHOP}", "Shop:1.2.3"] {
		digest_malformed.deny == set() with input as _pod(image)
	}
}
