# METADATA
# title: Image is not pinned by digest
# description: A registry may answer a tag with another image at any time, by accident or by attack. Only a digest says which bytes run.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   description: Image digests in Kubernetes
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [strict]
#   remediation: "Put the digest behind the tag, e.g. app:1.4.2@sha256:<digest>; tools such as Renovate keep it up to date."
#   since: 0.1.0
#   params:
#     roles:
#       type: array
#       default: [base, container, init, ephemeral, volume, service, deployed, action, job]
#       description: Roles of images that need a digest.
package guard.rules.image.not_digest_pinned

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.role in data.guard.params["image/not-digest-pinned"].roles
	image.digest == ""
	image.bad_digest == ""
	image.class != "unknown"
	lib.pulled(image)
	msg := sprintf("%s: image %q has no digest", [image.holder, image.raw])
}
