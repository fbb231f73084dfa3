package guard.rules.kubernetes.windows_host_process_test

import data.guard.rules.kubernetes.windows_host_process

test_deny_host_process if {
	windows_host_process.deny == {
		{"message": "the Pod: hostProcess is true", "path": ["spec", "securityContext", "windowsOptions", "hostProcess"]},
		{"message": "container web: hostProcess is true", "path": ["spec", "containers", 0, "securityContext", "windowsOptions", "hostProcess"]},
	} with input as _pod("securityContext: {windowsOptions: {hostProcess: true}},", ", securityContext: {windowsOptions: {hostProcess: true}}")
}

test_allow_ordinary_container if {
	windows_host_process.deny == set() with input as _pod("securityContext: {windowsOptions: {hostProcess: false}},", "")
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
