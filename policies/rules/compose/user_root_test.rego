package guard.rules.compose.user_root_test

import data.guard.rules.compose.user_root

test_deny_root if {
	user_root.deny == {{"message": "service web runs as user root:root, which is root", "path": ["services", "web", "user"]}} with input as _service("user: root:root")
	count(user_root.deny) == 1 with input as _service("user: '0:1000'")
}

test_allow_others if {
	user_root.deny == set() with input as _service("user: '1000:0'")
	user_root.deny == set() with input as _service("tty: true")
}

# A Compose file with one service of these fields.
_service(fields) := guard.parse("compose", sprintf("services: {web: {image: 'shop:1.0.0', %s}}", [fields]))
