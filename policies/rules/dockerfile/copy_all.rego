# METADATA
# title: Whole build context copied with nothing kept out
# description: Without a .dockerignore the history in .git and the values in .env land in the image, for everybody who may pull it.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/concepts/context/#dockerignore-files
#   description: .dockerignore
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [recommended, strict]
#   remediation: "Write a .dockerignore that keeps .git and .env out, or copy just what the image needs."
#   since: 0.1.0
package guard.rules.dockerfile.copy_all

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": instruction.path} if {
	not lib.workbench
	some instruction in lib.shipped
	instruction.context
	input.dockerfile.ignore.known
	count(_let_in) > 0
	msg := sprintf("%s: %s takes the whole build context, and no .dockerignore keeps %s out", [instruction.holder, instruction.keyword, concat(" and ", _let_in)])
}

_let_in contains ".env" if not input.dockerfile.ignore.env

# Further down in the repository there is no .git to be copied.
_let_in contains ".git" if {
	not input.dockerfile.ignore.git
	not contains(input.file, "/")
}
