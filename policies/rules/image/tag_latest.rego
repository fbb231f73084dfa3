# METADATA
# title: Image has the tag latest
# description: The tag latest, written or implied by leaving the tag out, names another image after every release. Nobody can say what runs, or run the same again.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   description: Image names in Kubernetes
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [minimal, recommended, strict]
#   remediation: "Name a release or the commit instead, e.g. app:1.4.2, and pin it where it is used: app:1.4.2@sha256:<digest>."
#   since: 0.1.0
#   params:
#     flag_digest:
#       type: boolean
#       default: false
#       profiles: {strict: true}
#       description: Report latest beside a digest too. The digest decides what is pulled, but the tag tells people something else.
package guard.rules.image.tag_latest

import data.guard.lib.image as lib
import data.guard.lib.tag

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.class == "none"
	tag.moves(image)
	msg := sprintf("%s: image %q has no tag, which means latest", [image.holder, image.raw])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.class == "latest"
	tag.moves(image)
	msg := sprintf("%s: image %q has the tag %q", [image.holder, image.raw, image.tag])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.class == "latest"
	image.digest != ""
	data.guard.params["image/tag-latest"].flag_digest
	lib.pulled(image)
	msg := sprintf("%s: image %q has the tag %q beside its digest", [image.holder, image.raw, image.tag])
}
