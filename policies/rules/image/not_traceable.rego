# METADATA
# title: Tag of one's own image proves no commit
# description: What runs should lead back to the commit it was built from. A day, a running number or a free word does not, so nobody can tell which change is deployed, or find it in the history.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/docker/metadata-action#typesha
#   description: Tags with the commit, by docker/metadata-action
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: "Tag the image with its commit (app:<sha>, app:main-<sha>) or an exact release (app:1.4.2), or name it by digest."
#   since: 0.1.0
#   params:
#     accept:
#       type: array
#       default: [sha, short-sha, branch-sha, date-sha, semver, digest]
#       description: Classes of tags that are accepted as proof.
#     roles:
#       type: array
#       default: [container, init, ephemeral, volume, deployed]
#       description: "Roles of images that must be traceable. Of what is pushed, build/tag-without-sha tells where no tag proves the commit; pushed in this list asks it of every single tag."
package guard.rules.image.not_traceable

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	image.role in data.guard.params["image/not-traceable"].roles
	lib.pulled(image)
	not _settled(image)
	not _accepted(image)
	msg := sprintf("%s: own image %q proves no commit: its tag is of class %s, accepted are %s", [
		image.holder, image.raw, image.class, concat(", ", data.guard.params["image/not-traceable"].accept),
	])
}

# _settled holds where nothing is known of the tag, or another rule reports it.
_settled(image) if image.class == "unknown"

_settled(image) if image.bad_digest != ""

_settled(image) if {
	image.mutable
	image.class in {"none", "latest", "channel", "branch", "floating-version"}
}

_accepted(image) if {
	some class in image.classes
	class in data.guard.params["image/not-traceable"].accept
}

_accepted(image) if {
	image.digest != ""
	"digest" in data.guard.params["image/not-traceable"].accept
}
