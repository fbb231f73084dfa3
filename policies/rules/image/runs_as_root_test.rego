package guard.rules.image.runs_as_root_test

import data.guard.rules.image.runs_as_root

_pod(security, platforms) := guard.parse_with_facts("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'shop:1.0.0', securityContext: %s}]}", [security]), {"known": true, "exists": true, "platforms": platforms})

_params(named) := {"image/runs-as-root": {"named_users": named}}

_amd64(state) := {"name": "linux/amd64", "os": "linux", "user_state": state}

_arm64(state) := {"name": "linux/arm64", "os": "linux", "user_state": state}

_messages(security, platforms, named) := {d.message |
	some d in runs_as_root.deny with input as _pod(security, platforms) with data.guard.params as _params(named)
}

test_deny_root if {
	_messages("{}", [_amd64("root")], false) == {`container web: image "shop:1.0.0" runs as root`}
	_messages("{runAsNonRoot: false}", [_amd64("out-of-range")], false) == {`container web: image "shop:1.0.0" runs as root`}
}

test_deny_root_on_one_platform if {
	_messages("{}", [_amd64("numeric"), _arm64("root")], false) == {`container web: image "shop:1.0.0" runs as root on linux/arm64`}
}

test_deny_name_where_asked if {
	_messages("{}", [_amd64("named")], true) == {`container web: image "shop:1.0.0" names its user, and nobody can tell whether that is root`}
}

test_deny_in_compose if {
	messages := {d.message | some d in runs_as_root.deny} with input as guard.parse_with_facts("compose", "services: {db: {image: postgres:16.1}, web: {image: nginx:1.25.3, user: '101'}}", {"known": true, "platforms": [_amd64("root")]})
		with data.guard.params as _params(false)
	messages == {`service db: image "postgres:16.1" runs as root`}
}

test_allow_other_users if {
	_messages("{}", [_amd64("numeric"), _arm64("named")], false) == set()
	_messages("{}", [{"name": "windows/amd64", "os": "windows", "user_state": "root"}], false) == set()
}

test_allow_where_the_pod_decides if {
	_messages("{runAsUser: 1000}", [_amd64("root")], true) == set()
	_messages("{runAsNonRoot: true}", [_amd64("root")], true) == set()
}

test_allow_unknown if {
	_messages("{}", [], true) == set()
}

test_allow_name_of_a_user_by_default if {
	runs_as_root.deny == set() with input as _pod("{}", [_amd64("named")])
}

test_allow_name_where_the_pod_decides if {
	_messages("{runAsUser: 1000}", [_amd64("named")], true) == set()
}

test_allow_number_where_names_are_asked_for if {
	_messages("{}", [_amd64("numeric")], true) == set()
}
