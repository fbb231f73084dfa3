package guard.rules.kubernetes.host_probe_test

import data.guard.rules.kubernetes.host_probe

test_deny_probe_and_hook_of_another_host if {
	host_probe.deny == {
		{"message": "container web: the liveness probe asks host \"169.254.169.254\" instead of the Pod", "path": ["spec", "containers", 0, "livenessProbe", "httpGet", "host"]},
		{"message": "container web: the preStop hook asks host \"db\" instead of the Pod", "path": ["spec", "containers", 0, "lifecycle", "preStop", "tcpSocket", "host"]},
	} with input as _pod("", ", livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}, lifecycle: {preStop: {tcpSocket: {host: db, port: 1}}}")
}

test_allow_probe_of_the_pod if {
	host_probe.deny == set() with input as _pod("", ", livenessProbe: {httpGet: {port: 80}}, readinessProbe: {exec: {command: [x]}}")
}

test_deny_every_probe_and_hook if {
	every field in ["readinessProbe", "livenessProbe", "startupProbe"] {
		{d.message | some d in host_probe.deny} == {sprintf("container web: the %s probe asks host \"db\" instead of the Pod", [trim_suffix(field, "Probe")])} with input as _pod("", sprintf(", %s: {httpGet: {host: db, port: 80}}", [field]))
	}
	every field in ["postStart", "preStop"] {
		{d.message | some d in host_probe.deny} == {sprintf("container web: the %s hook asks host \"db\" instead of the Pod", [field])} with input as _pod("", sprintf(", lifecycle: {%s: {httpGet: {host: db, port: 80}}}", [field]))
	}
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
