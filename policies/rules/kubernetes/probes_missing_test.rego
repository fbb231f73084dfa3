package guard.rules.kubernetes.probes_missing_test

import data.guard.rules.kubernetes.probes_missing

test_deny_missing_probes if {
	probes_missing.deny == {{"message": "container web has no readiness and no liveness probe", "path": ["spec", "containers", 0]}} with input as _pod("", "")
	probes_missing.deny == {{"message": "container web has no liveness probe", "path": ["spec", "containers", 0]}} with input as _pod("", ", readinessProbe: {tcpSocket: {port: 80}}")
}

test_allow_both_probes if {
	probes_missing.deny == set() with input as _pod("", ", readinessProbe: {tcpSocket: {port: 80}}, livenessProbe: {tcpSocket: {port: 80}}")
}

test_allow_what_ends if {
	probes_missing.deny == set() with input as _pod("restartPolicy: Never,", "")
	probes_missing.deny == set() with input as guard.parse("kubernetes", "{apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{image: x}]}}}}")
}

test_allow_patch_and_init_container if {
	probes_missing.deny == set() with input as _pod("", "}, {name: patched")
	probes_missing.deny == set() with input as _pod("initContainers: [{name: seed, image: x}],", ", readinessProbe: {tcpSocket: {port: 80}}, livenessProbe: {tcpSocket: {port: 80}}")
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
