# METADATA
# title: Commit in the tag is abbreviated too far
# description: A short abbreviation may fit several commits one day, and one of digits alone passes for a number. Both leave it open which commit is meant.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://git-scm.com/docs/git-rev-parse#Documentation/git-rev-parse.txt---shortlength
#   description: How git abbreviates commits
# custom:
#   severity: low
#   kinds: ["*"]
#   profiles: [strict]
#   remediation: "Use the whole commit, or at least seven digits behind a word that says what they are, e.g. app:sha-3f2a91c."
#   since: 0.1.0
#   params:
#     min_length:
#       type: integer
#       default: 7
#       description: The least number of digits of a commit.
package guard.rules.image.short_sha

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	least := data.guard.params["image/short-sha"].min_length
	image.commit != ""
	count(image.commit) < least
	image.digest == ""
	lib.pulled(image)
	msg := sprintf("%s: image %q names the commit %s with %d digits, at least %d are expected", [
		image.holder, image.raw, image.commit, count(image.commit), least,
	])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	some class in image.classes
	class in {"short-sha", "branch-sha"}
	image.class == "number"
	image.digest == ""
	lib.pulled(image)
	msg := sprintf("%s: tag of image %q is ambiguous: %s", [image.holder, image.raw, image.reason])
}
