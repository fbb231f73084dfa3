# METADATA
# title: Image digest is malformed
# description: No registry has an image of such a digest, so the image cannot be pulled and pins nothing.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
#   description: Digests in the OCI image specification
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [minimal, recommended, strict]
#   remediation: "Copy the whole digest, sha256: and 64 hex digits, as docker buildx imagetools inspect shows it."
#   since: 0.1.0
package guard.rules.image.digest_malformed

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.bad_digest != ""
	not image.stage
	msg := sprintf("%s: image %q: %s", [image.holder, image.raw, image.bad_digest])
}
