# METADATA
# title: Service runs as root
# description: A process that breaks out of a container as root is root on the host.
# scope: package
# schemas:
# - input: schema.compose
# related_resources:
# - ref: https://docs.docker.com/reference/compose-file/services/#user
#   description: user
# custom:
#   severity: medium
#   kinds: [compose]
#   profiles: [recommended, strict]
#   remediation: Name a user without rights by its number, e.g. 10001:10001.
#   since: 0.1.0
package guard.rules.compose.user_root

deny contains {"message": msg, "path": service.user.path} if {
	some service in input.compose.services
	service.root
	msg := sprintf("service %s runs as user %s, which is root", [service.name, service.user.value])
}
