package guard.rules.kubernetes.seccomp_test

import data.guard.rules.kubernetes.seccomp

test_deny_unconfined if {
	seccomp.deny == {{"message": "the Pod: the seccomp profile is Unconfined", "path": ["spec", "securityContext", "seccompProfile", "type"]}} with input as _pod("securityContext: {seccompProfile: {type: Unconfined}},", "")
	seccomp.deny == {{"message": "container web: the seccomp profile is Unconfined", "path": ["spec", "containers", 0, "securityContext", "seccompProfile", "type"]}} with input as _pod("", ", securityContext: {seccompProfile: {type: Unconfined}}")
}

test_deny_no_profile if {
	seccomp.deny == {{"message": "container web: no seccomp profile is set, here or for the Pod", "path": ["spec", "containers", 0, "securityContext", "seccompProfile", "type"]}} with input as _pod("", "")
}

test_allow_no_profile_where_none_is_required if {
	seccomp.deny == set() with input as _pod("", "") with data.guard.params as {"kubernetes/seccomp": {"required": false}}
}

test_allow_profile if {
	seccomp.deny == set() with input as _pod("securityContext: {seccompProfile: {type: RuntimeDefault}},", "")
	seccomp.deny == set() with input as _pod("", ", securityContext: {seccompProfile: {type: Localhost}}")
	seccomp.deny == set() with input as _pod("os: {name: windows},", "")
}

test_allow_patch_that_says_nothing_of_it if {
	seccomp.deny == set() with input as _pod("", "}, {name: patched") with data.guard.params as {"kubernetes/seccomp": {"required": true}}
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
