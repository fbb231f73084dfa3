# METADATA
# title: Image tag is a channel, not a version
# description: A tag such as stable, prod, edge or alpine names whatever was published there last. The same manifest runs something else tomorrow, and a rollback brings the same image back.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
#   description: Pin base image versions
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: "Name a release instead of a channel, e.g. app:1.4.2, and pin it by digest."
#   since: 0.1.0
#   params:
#     channels:
#       type: array
#       default: []
#       description: Further tags that are taken as channels, in lower case, e.g. blue.
#     accept:
#       type: array
#       default: []
#       description: Tags that are accepted although they are channels, in lower case, e.g. lts.
package guard.rules.image.tag_generic

import data.guard.lib.tag

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	_channel(image)
	tag.moves(image)
	image.role != "pushed" # build/tag-mutable tells of those
	not lower(image.tag) in data.guard.params["image/tag-generic"].accept
	msg := sprintf("%s: image %q has the tag %q, which names no version", [image.holder, image.raw, image.tag])
}

_channel(image) if image.class == "channel"

_channel(image) if {
	image.class == "other"
	lower(image.tag) in data.guard.params["image/tag-generic"].channels
}
