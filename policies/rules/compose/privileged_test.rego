package guard.rules.compose.privileged_test

import data.guard.rules.compose.privileged

test_deny_privileged if {
	privileged.deny == {{"message": "service web is privileged", "path": ["services", "web", "privileged"]}} with input as _service("privileged: true")
}

test_allow_unprivileged if {
	privileged.deny == set() with input as _service("privileged: false")
}

# A Compose file with one service of these fields.
_service(fields) := guard.parse("compose", sprintf("services: {web: {image: 'shop:1.0.0', %s}}", [fields]))
