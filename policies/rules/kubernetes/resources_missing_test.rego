package guard.rules.kubernetes.resources_missing_test

import data.guard.rules.kubernetes.resources_missing

_resources(text) := found if {
	found := {finding.message | some finding in resources_missing.deny} with input as _pod("", sprintf(", resources: {%s}", [text]))
}

test_deny_nothing_set if {
	resources_missing.deny == {{"message": "container web sets no request for cpu, request for memory, limit for memory", "path": ["spec", "containers", 0, "resources"]}} with input as _pod("", "")
}

test_deny_some_missing if {
	_resources("requests: {cpu: 1}") == {"container web sets no request for memory, limit for memory"}
	_resources("requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1}") == {"container web sets no limit for memory"}
}

test_allow_enough if {
	_resources("requests: {cpu: 1}, limits: {memory: 1Gi}") == set()
	resources_missing.deny == set() with input as _pod("resources: {requests: {cpu: 1}, limits: {memory: 1Gi}},", "")
}

test_allow_init_container_and_patch if {
	resources_missing.deny == set() with input as _pod("initContainers: [{image: x}],", ", resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}")
	resources_missing.deny == set() with input as _pod("", "}, {name: patched")
}

test_deny_sidecar if {
	count(resources_missing.deny) == 1 with input as _pod("initContainers: [{name: log, image: x, restartPolicy: Always}],", ", resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}")
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
