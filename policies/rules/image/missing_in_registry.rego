# METADATA
# title: Image is not in its registry
# description: The registry has no such tag or digest, so nothing can be pulled. It is a misspelt name, an image that was never pushed, or one that was deleted. Tags of your own that are missing may be pushed later, and are only listed as not looked at.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
#   description: Pulling manifests in the OCI distribution specification
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Correct the name, or push the image before something names it."
#   since: 0.1.0
package guard.rules.image.missing_in_registry

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.facts.known
	not image.facts.exists
	msg := sprintf("%s: the registry has no image %q", [image.holder, image.raw])
}
