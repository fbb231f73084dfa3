package guard.rules.kubernetes.read_only_root_test

import data.guard.rules.kubernetes.read_only_root

_path := ["spec", "containers", 0, "securityContext", "readOnlyRootFilesystem"]

test_deny_writable if {
	read_only_root.deny == {{"message": "container web: readOnlyRootFilesystem is not set", "path": _path}} with input as _pod("", "")
	read_only_root.deny == {{"message": "container web: readOnlyRootFilesystem is false", "path": _path}} with input as _pod("", ", securityContext: {readOnlyRootFilesystem: false}")
}

test_allow_read_only_windows_and_patches if {
	read_only_root.deny == set() with input as _pod("", ", securityContext: {readOnlyRootFilesystem: true}")
	read_only_root.deny == set() with input as _pod("os: {name: windows},", "")
	read_only_root.deny == set() with input as _pod("", "}, {name: patched")
}

test_allow_container_that_somebody_attached if {
	read_only_root.deny == set() with input as _pod("ephemeralContainers: [{name: look, image: x}],", ", securityContext: {readOnlyRootFilesystem: true}")
}

# A Pod with this specification beside its one container, which has these
# fields beside its image.
_pod(spec, container) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {%s containers: [{name: web, image: "shop:1.0.0"%s}]}
`,
	[spec, container],
))
