# METADATA
# title: Service shares a namespace with its host
# description: In the network, process or IPC namespace of the host a service sees the traffic and processes of everything that runs there.
# scope: package
# schemas:
# - input: schema.compose
# related_resources:
# - ref: https://docs.docker.com/reference/compose-file/services/#network_mode
#   description: network_mode
# custom:
#   severity: medium
#   kinds: [compose]
#   profiles: [recommended, strict]
#   remediation: Remove the field, publish the ports that are needed, and put services that talk to each other into one network.
#   since: 0.1.0
package guard.rules.compose.host_network

deny contains {"message": msg, "path": field.path} if {
	some service in input.compose.services
	some [name, field] in [["network_mode", service.network_mode], ["pid", service.pid], ["ipc", service.ipc]]
	field.value == "host"
	msg := sprintf("service %s shares a namespace with its host (%s: host)", [service.name, name])
}
