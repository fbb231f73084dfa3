# METADATA
# title: Image tag is a branch
# description: A tag such as main or feature-x moves with every commit of the branch. Without the commit in the tag, nobody can say which one runs.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/docker/metadata-action#typesha
#   description: Tags with the commit, by docker/metadata-action
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: "Put the commit behind the branch, e.g. app:main-3f2a91c, or use a release."
#   since: 0.1.0
package guard.rules.image.tag_branch

import data.guard.lib.tag

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.class == "branch"
	tag.moves(image)
	image.role != "pushed" # build/tag-mutable tells of those
	msg := sprintf("%s: image %q has the tag %q, which is a branch without a commit", [image.holder, image.raw, image.tag])
}
