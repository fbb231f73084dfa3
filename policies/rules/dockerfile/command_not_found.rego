# METADATA
# title: Program of the container is not in its image
# description: The image builds, and its containers end at once because the program was left in an earlier stage.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/multi-stage/
#   description: Multi-stage builds
# custom:
#   severity: medium
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Copy the program into the last stage: COPY --from=build /out/shop /srv/shop, and start it from there."
#   since: 0.1.0
package guard.rules.dockerfile.command_not_found

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": input.dockerfile.program.path} if {
	program := input.dockerfile.program
	program.missing != ""
	msg := sprintf("%s: %s starts %s, which is not there: %s", [lib.final.holder, program.keyword, program.name, program.missing])
}
