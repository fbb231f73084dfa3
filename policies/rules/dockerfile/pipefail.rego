# METADATA
# title: Failure in a pipe goes unseen
# description: A pipe fails only when its last command does. A download that breaks off in the middle builds an image all the same.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#using-pipes
#   description: Pipes in the best practices of Docker
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Switch pipefail on before: SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"], or RUN set -o pipefail && …"
#   since: 0.1.0
#   params:
#     harmless:
#       type: array
#       default: [echo, printf, "yes", "true", ":", "[", test]
#       description: Commands whose failure does not matter.
package guard.rules.dockerfile.pipefail

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": first.path} if {
	some instruction in lib.instructions
	instruction.keyword == "RUN"
	first := [command | some command in instruction.commands; _unseen(command)][0]
	msg := sprintf("%s: the failure of %s in a pipe goes unseen", [instruction.holder, first.name])
}

_unseen(command) if {
	command.pipe >= 0
	not command.last
	not command.pipefail
	not command.ignored
	not command.inner
	command.name != ""
	not command.name in data.guard.params["dockerfile/pipefail"].harmless
}
