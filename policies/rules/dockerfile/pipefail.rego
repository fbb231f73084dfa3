# METADATA
# title: Failure in a pipe goes unseen
# description: A pipe fails only when its last command does. A download that never came builds an image all the same.
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
#     checking:
#       type: array
#       default: [grep, egrep, fgrep, tar, gunzip, unxz, sha1sum, sha256sum, sha512sum, shasum, md5sum]
#       description: Commands that fail themselves when what they read breaks off or never comes.
package guard.rules.dockerfile.pipefail

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": first.path} if {
	some instruction in lib.instructions
	instruction.keyword == "RUN"
	first := [command | some command in instruction.commands; _unseen(instruction, command)][0]
	msg := sprintf("%s: the failure of %s in a pipe goes unseen", [instruction.holder, first.name])
}

_unseen(instruction, command) if {
	not command.last
	not command.pipefail
	not command.ignored
	not command.inner
	command.name != ""
	not command.name in data.guard.params["dockerfile/pipefail"].harmless
	not _checked(instruction, command)
}

_checked(instruction, command) if {
	some next in instruction.commands
	next.pipe == command.pipe
	next.stage == command.stage + 1
	next.name in data.guard.params["dockerfile/pipefail"].checking
}
