package guard.rules.kubernetes.privilege_escalation_test

import data.guard.rules.kubernetes.privilege_escalation

_path := ["spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"]

test_deny_what_is_not_false if {
	privilege_escalation.deny == {{"message": "container web: allowPrivilegeEscalation is not set to false", "path": _path}} with input as _pod("", "")
	privilege_escalation.deny == {{"message": "container web: allowPrivilegeEscalation is true", "path": _path}} with input as _pod("", ", securityContext: {allowPrivilegeEscalation: true}")
}

test_allow_false_windows_and_privileged if {
	privilege_escalation.deny == set() with input as _pod("", ", securityContext: {allowPrivilegeEscalation: false}")
	privilege_escalation.deny == set() with input as _pod("os: {name: windows},", "")
	privilege_escalation.deny == set() with input as _pod("", ", securityContext: {privileged: true}")
}

test_allow_patch if {
	privilege_escalation.deny == set() with input as _pod("", "}, {name: patched")
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
