# METADATA
# title: File added from the network without a checksum
# description: Whoever controls the address, or the way to it, decides what is in the image, and tomorrow it may be something else.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/reference/dockerfile/#add---checksum
#   description: ADD --checksum
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [recommended, strict]
#   remediation: "Say what is expected: ADD --checksum=sha256:<digest> <address> <target>."
#   since: 0.1.0
package guard.rules.dockerfile.add_remote

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": source.path} if {
	some instruction in lib.instructions
	some source in instruction.remote
	not _checked(instruction)
	msg := sprintf("%s: ADD fetches %s without a checksum", [instruction.holder, source.value])
}

_checked(instruction) if {
	some flag in instruction.flags
	flag.key == "checksum"
}
