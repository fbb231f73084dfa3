# METADATA
# title: Image was built long ago
# description: An image that nobody has built again for a long time lacks the fixes of its base image and packages since. Images that give no credible date are left alone.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often
#   description: Rebuild your images often, in the best practices of Docker
# custom:
#   severity: low
#   kinds: ["*"]
#   profiles: []
#   needs: [registry]
#   remediation: "Build the image again on a current base image, or use a newer release."
#   since: 0.1.0
#   params:
#     days: {type: integer, default: 365, description: How many days old an image may be.}
package guard.rules.image.too_old

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	lib.pulled(image)
	image.facts.created != ""
	input.now != ""
	days := floor((time.parse_rfc3339_ns(input.now) - time.parse_rfc3339_ns(image.facts.created)) / 86400000000000)
	days > data.guard.params["image/too-old"].days
	msg := sprintf("%s: image %q was built on %s", [image.holder, image.raw, substring(image.facts.created, 0, 10)])
}
