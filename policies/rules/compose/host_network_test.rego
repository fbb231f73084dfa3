package guard.rules.compose.host_network_test

import data.guard.rules.compose.host_network

test_deny_every_namespace if {
	host_network.deny == {
		{"message": "service web shares a namespace with its host (network_mode: host)", "path": ["services", "web", "network_mode"]},
		{"message": "service web shares a namespace with its host (pid: host)", "path": ["services", "web", "pid"]},
		{"message": "service web shares a namespace with its host (ipc: host)", "path": ["services", "web", "ipc"]},
	} with input as _service("network_mode: host, pid: host, ipc: host")
}

test_allow_others if {
	host_network.deny == set() with input as _service("network_mode: bridge, pid: 'service:db'")
}

# A Compose file with one service of these fields.
_service(fields) := guard.parse("compose", sprintf("services: {web: {image: 'shop:1.0.0', %s}}", [fields]))
