# METADATA
# title: File with secrets copied into the image
# description: A file in a layer can be read by everybody who may pull the image, even when a later instruction removes it.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/secrets/
#   description: Build secrets
# custom:
#   severity: high
#   kinds: [dockerfile]
#   profiles: [minimal, recommended, strict]
#   remediation: "Leave the file out, and change what is in it if an image was pushed. At build time mount it: RUN --mount=type=secret,id=key,target=/root/.ssh/id_ed25519."
#   since: 0.1.0
#   frameworks: [CICD-SEC-6, CIS-Docker-4.10]
package guard.rules.dockerfile.secret_file_copied

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": source.path} if {
	some instruction in lib.instructions
	some source in instruction.secrets
	msg := sprintf("%s: %s puts %s into the image, a file that by its name holds secrets", [instruction.holder, instruction.keyword, source.value])
}
