package guard.rules.kubernetes.capabilities_test

import data.guard.rules.kubernetes.capabilities

test_deny_capability_outside_the_baseline if {
	capabilities.deny == {{"message": "container web adds the capability NET_RAW", "path": ["spec", "containers", 0, "securityContext", "capabilities", "add", 1]}} with input as _pod("", ", securityContext: {capabilities: {add: [CHOWN, NET_RAW]}}")
}

test_deny_container_that_does_not_drop_all if {
	strict := {"kubernetes/capabilities": {"allowed": ["NET_BIND_SERVICE"], "drop_all": true}}
	expected := {{"message": "container web does not drop ALL capabilities", "path": ["spec", "containers", 0, "securityContext", "capabilities"]}}
	capabilities.deny == expected with input as _pod("", "") with data.guard.params as strict
	capabilities.deny == expected with input as _pod("", ", securityContext: {capabilities: {drop: [NET_RAW], add: [NET_BIND_SERVICE]}}") with data.guard.params as strict
	capabilities.deny == set() with input as _pod("", ", securityContext: {capabilities: {drop: [ALL]}}") with data.guard.params as strict
	capabilities.deny == set() with input as _pod("os: {name: windows},", "") with data.guard.params as strict
}

test_allow_baseline if {
	capabilities.deny == set() with input as _pod("", ", securityContext: {capabilities: {add: [CHOWN], drop: [NET_RAW]}}")
	capabilities.deny == set() with input as _pod("", ", securityContext: {capabilities: {add: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID]}}")
	capabilities.deny == set() with input as _pod("", "")
}

test_allow_patch_that_says_nothing_of_capabilities if {
	strict := {"kubernetes/capabilities": {"allowed": [], "drop_all": true}}
	capabilities.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: Pod, spec: {containers: [{name: web}]}}") with data.guard.params as strict
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
