package guard.rules.compose.docker_socket_test

import data.guard.rules.compose.docker_socket

test_deny_mounted_socket if {
	docker_socket.deny == {{"message": "service web mounts /var/run/docker.sock, which is root on the host", "path": ["services", "web", "volumes", 0]}} with input as _service("volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']")
	count(docker_socket.deny) == 1 with input as _service("volumes: [{type: bind, source: /run/docker.sock, target: /x}]")
	every socket in ["/var/run/docker.sock", "//var/run/docker.sock", "/run/docker.sock", "/var/run/podman/podman.sock", "/run/podman/podman.sock"] {
		{d.message | some d in docker_socket.deny} == {sprintf("service web mounts %s, which is root on the host", [socket])} with input as _service(sprintf("volumes: [{type: bind, source: %s, target: /x}]", [socket]))
	}
}

test_deny_api_socket if {
	docker_socket.deny == {{"message": "service web uses the engine's API socket, which is root on the host", "path": ["services", "web", "use_api_socket"]}} with input as _service("use_api_socket: true")
}

test_allow_other_mounts if {
	docker_socket.deny == set() with input as _service("volumes: ['./data:/data', 'db:/var/run/docker.sock', /var/run/docker.sock]")
}

# A Compose file with one service of these fields.
_service(fields) := guard.parse("compose", sprintf("services: {web: {image: 'shop:1.0.0', %s}}", [fields]))
