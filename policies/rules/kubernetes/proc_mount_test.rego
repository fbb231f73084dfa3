package guard.rules.kubernetes.proc_mount_test

import data.guard.rules.kubernetes.proc_mount

test_deny_unmasked if {
	proc_mount.deny == {{"message": "container web: procMount is Unmasked", "path": ["spec", "containers", 0, "securityContext", "procMount"]}} with input as _pod("", ", securityContext: {procMount: Unmasked}")
	count(proc_mount.deny) == 1 with input as _pod("hostUsers: false,", ", securityContext: {procMount: Unmasked}") with data.guard.params as {"kubernetes/proc-mount": {"user_namespace": false}}
}

test_allow_default if {
	proc_mount.deny == set() with input as _pod("", "")
	proc_mount.deny == set() with input as _pod("", ", securityContext: {procMount: Default}")
	proc_mount.deny == set() with input as _pod("hostUsers: false,", ", securityContext: {procMount: Unmasked}")
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
