# METADATA
# title: Service gets the socket of the container engine
# description: Whoever can talk to the engine can start a container with any directory of the host in it, so the socket is root on the host.
# scope: package
# schemas:
# - input: schema.compose
# related_resources:
# - ref: https://docs.docker.com/engine/security/#docker-daemon-attack-surface
#   description: Attack surface of the daemon
# custom:
#   severity: medium
#   kinds: [compose]
#   profiles: [recommended, strict]
#   remediation: Remove the mount, or put a proxy in front of the socket that lets only the needed calls through.
#   since: 0.1.0
#   params:
#     sockets:
#       type: array
#       default:
#       - /var/run/docker.sock
#       - //var/run/docker.sock
#       - /run/docker.sock
#       - /var/run/podman/podman.sock
#       - /run/podman/podman.sock
#       - /var/run/containerd/containerd.sock
#       - /run/containerd/containerd.sock
#       - /var/run/crio/crio.sock
#       - /run/crio/crio.sock
#       - /var/run
#       - /run
#       description: Paths of sockets, and of directories that hold them.
package guard.rules.compose.docker_socket

deny contains {"message": msg, "path": mount.path} if {
	some service in input.compose.services
	some mount in service.volumes
	mount.source in data.guard.params["compose/docker-socket"].sockets
	msg := sprintf("service %s mounts %s, which is root on the host", [service.name, mount.source])
}

deny contains {"message": msg, "path": service.api_socket.path} if {
	some service in input.compose.services
	service.api_socket.value == true
	msg := sprintf("service %s uses the engine's API socket, which is root on the host", [service.name])
}
