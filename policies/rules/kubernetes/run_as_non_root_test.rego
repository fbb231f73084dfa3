package guard.rules.kubernetes.run_as_non_root_test

import data.guard.rules.kubernetes.run_as_non_root

_user(spec, security) := found if {
	found := {[finding.message, finding.path] | some finding in run_as_non_root.deny} with input as _pod(spec, security)
}

_container(field) := ["spec", "containers", 0, "securityContext", field]

test_deny_nothing_said if {
	_user("", "") == {["container web: neither runAsNonRoot nor a runAsUser above 0 is set, here or for the Pod", _container("runAsNonRoot")]}
}

test_deny_false_at_container_under_true_at_pod if {
	_user("securityContext: {runAsNonRoot: true},", ", securityContext: {runAsNonRoot: false}") == {["container web: runAsNonRoot is false", _container("runAsNonRoot")]}
}

test_deny_false_at_pod if {
	_user("securityContext: {runAsNonRoot: false},", "") == {["the Pod: runAsNonRoot is false", ["spec", "securityContext", "runAsNonRoot"]]}
}

test_deny_root_beside_run_as_non_root if {
	_user("securityContext: {runAsNonRoot: true},", ", securityContext: {runAsUser: 0}") == {["container web: runAsUser is 0, which is root", _container("runAsUser")]}
}

test_deny_root_of_pod if {
	_user("securityContext: {runAsUser: 0},", "") == {["the Pod: runAsUser is 0, which is root", ["spec", "securityContext", "runAsUser"]]}
}

test_deny_windows_like_others if {
	_user("os: {name: windows},", "") == {["container web: neither runAsNonRoot nor a runAsUser above 0 is set, here or for the Pod", _container("runAsNonRoot")]}
	_user("os: {name: windows}, securityContext: {runAsNonRoot: true},", "") == set()
}

# Reliability 43
test_deny_users_out_of_range if {
	_user("", ", securityContext: {runAsUser: -1}") == {["container web: runAsUser is -1, which is no user id", _container("runAsUser")]}
	_user("", ", securityContext: {runAsUser: 4294967296}") == {["container web: runAsUser is 4294967296, which is above 2147483647, and root for some runtimes", _container("runAsUser")]}
}

test_deny_root_of_pod_in_a_patch if {
	run_as_non_root.deny == {{"message": "the Pod: runAsUser is 0, which is root", "path": ["spec", "securityContext", "runAsUser"]}} with input as guard.parse("kubernetes", `
apiVersion: v1
kind: Pod
spec: {securityContext: {runAsUser: 0}}
`)
}

test_deny_by_the_standard_what_recommended_allows if {
	standard := {"kubernetes/run-as-non-root": {"as_standard": true}}
	_user("", ", securityContext: {runAsUser: 1000}") == {["container web: neither runAsNonRoot nor a runAsUser above 0 is set, here or for the Pod", _container("runAsNonRoot")]} with data.guard.params as standard
	_user("securityContext: {runAsNonRoot: false},", ", securityContext: {runAsNonRoot: true}") == {["the Pod: runAsNonRoot is false", ["spec", "securityContext", "runAsNonRoot"]]} with data.guard.params as standard
	_user("securityContext: {runAsUser: 0, runAsNonRoot: true},", ", securityContext: {runAsUser: 1}") == {["the Pod: runAsUser is 0, which is root", ["spec", "securityContext", "runAsUser"]]} with data.guard.params as standard
}

test_allow_what_cannot_be_root if {
	_user("securityContext: {runAsNonRoot: true},", "") == set()
	_user("", ", securityContext: {runAsNonRoot: yes}") == set()
	_user("securityContext: {runAsUser: 1000},", "") == set()
	_user("securityContext: {runAsUser: 0, runAsNonRoot: false},", ", securityContext: {runAsUser: 1000}") == set()
	_user("hostUsers: false,", ", securityContext: {runAsUser: 0}") == set()
	_user("", "}, {name: patched") == set()
}

test_allow_user_namespace_of_its_own if {
	_user("hostUsers: false,", "") == set()
	_user("hostUsers: false,", ", securityContext: {runAsNonRoot: false}") == set()
	_user("hostUsers: false, securityContext: {runAsNonRoot: false},", "") == set()
	_user("hostUsers: false, securityContext: {runAsNonRoot: false},", ", securityContext: {runAsNonRoot: true}") == set() with data.guard.params["kubernetes/run-as-non-root"].as_standard as true
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
