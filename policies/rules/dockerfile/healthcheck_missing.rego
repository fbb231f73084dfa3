# METADATA
# title: Image has no HEALTHCHECK
# description: Outside a cluster nothing notices that the program in the container hangs.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/reference/dockerfile/#healthcheck
#   description: HEALTHCHECK
# custom:
#   severity: info
#   kinds: [dockerfile]
#   profiles: []
#   remediation: "Add HEALTHCHECK CMD with a command that asks the program, or HEALTHCHECK NONE where the platform asks it."
#   since: 0.1.0
#   frameworks: [CIS-Docker-4.6]
package guard.rules.dockerfile.healthcheck_missing

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": lib.final.path} if {
	not lib.workbench
	count(lib.started) > 0
	not _checked
	msg := sprintf("%s has no HEALTHCHECK", [lib.final.holder])
}

_checked if {
	some instruction in lib.shipped
	instruction.keyword == "HEALTHCHECK"
}
