# METADATA
# title: Service is privileged
# description: A privileged container has every capability and every device of the host. Whoever gets into it owns the host.
# scope: package
# schemas:
# - input: schema.compose
# related_resources:
# - ref: https://docs.docker.com/reference/compose-file/services/#privileged
#   description: privileged
# custom:
#   severity: medium
#   kinds: [compose]
#   profiles: [recommended, strict]
#   remediation: Remove privileged; add the capability or device that is needed with cap_add or devices.
#   since: 0.1.0
package guard.rules.compose.privileged

deny contains {"message": msg, "path": service.privileged.path} if {
	some service in input.compose.services
	service.privileged.value == true
	msg := sprintf("service %s is privileged", [service.name])
}
