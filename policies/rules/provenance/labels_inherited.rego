# METADATA
# title: Image has the labels of its base image
# description: Labels of a base image stay unless the build sets its own. They then say what the base image was built from, and whoever traces the image is led to another repository.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/opencontainers/image-spec/blob/main/annotations.md
#   description: Annotations in the OCI image specification
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [strict]
#   needs: [registry]
#   remediation: "Set the labels org.opencontainers.image.revision and org.opencontainers.image.source when the image is built, as docker/metadata-action does."
#   since: 0.1.0
package guard.rules.provenance.labels_inherited

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	image.facts.inherited != ""
	msg := sprintf("%s: the labels of image %q are not its own: %s", [image.holder, image.raw, image.facts.inherited])
}
