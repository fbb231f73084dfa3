package guard.rules.kubernetes.user_conflict_test

import data.guard.rules.kubernetes.user_conflict

_pod(security, states) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {securityContext: %s, containers: [{name: web, image: 'shop:1.0.0'}]}", [security]), {"known": true, "exists": true, "platforms": [{"name": "linux/amd64", "os": "linux", "user_state": s} | some s in states]})

_messages(security, states) := {d.message | some d in user_conflict.deny with input as _pod(security, states)}

test_deny_root if {
	_messages("{runAsNonRoot: true}", ["root"]) == {`container web: runAsNonRoot is true, and image "shop:1.0.0" runs as root, so it is not started`}
}

test_deny_name if {
	_messages("{runAsNonRoot: true}", ["named"]) == {`container web: runAsNonRoot is true, and image "shop:1.0.0" names its user instead of giving a number, so it is not started`}
}

test_allow_number if {
	_messages("{runAsNonRoot: true}", ["numeric"]) == set()
	_messages("{runAsNonRoot: true, runAsUser: 1000}", ["named"]) == set()
}

test_allow_where_root_may_run if {
	_messages("{}", ["root"]) == set()
	_messages("{runAsNonRoot: false}", ["root"]) == set()
}

test_allow_unknown if {
	_messages("{runAsNonRoot: true}", []) == set()
	user_conflict.deny == set() with input as guard.parse("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {securityContext: {runAsNonRoot: true}, containers: [{name: web, image: shop}]}")
}

test_deny_user_that_some_runtimes_take_for_root if {
	_messages("{runAsNonRoot: true}", ["out-of-range"]) == {`container web: runAsNonRoot is true, and image "shop:1.0.0" runs as root, so it is not started`}
}

_facts := {"known": true, "exists": true, "platforms": [{"name": "linux/amd64", "os": "linux", "user_state": "root"}]}

_of(spec) := {d.message | some d in user_conflict.deny with input as guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {%s}", [spec]), _facts)}

test_deny_only_the_container_that_is_meant if {
	_of("containers: [{name: web, image: 'shop:1.0.0', securityContext: {runAsNonRoot: true}}, {name: log, image: 'log:1.0.0'}]") == {`container web: runAsNonRoot is true, and image "shop:1.0.0" runs as root, so it is not started`}
}

test_allow_windows_and_patches if {
	_of("os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: web, image: 'shop:1.0.0'}]") == set()
	_of("securityContext: {runAsNonRoot: true}, containers: [{name: web, image: 'shop:1.0.0'}, {name: patched}]") == set()
}
