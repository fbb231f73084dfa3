# METADATA
# title: Platforms of one image differ
# description: An index should hold one program for several platforms. Where user, revision or source differ between them, they were not built from the same commit or in the same way, and what runs depends on the machine.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.docker.com/build/building/multi-platform/
#   description: Multi-platform builds with Docker
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [strict]
#   needs: [registry]
#   remediation: "Build all platforms of an image in one build from one commit."
#   since: 0.1.0
package guard.rules.provenance.platform_mismatch

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	count(image.facts.inconsistent) > 0
	msg := sprintf("%s: the platforms of image %q differ: %s", [image.holder, image.raw, concat("; ", image.facts.inconsistent)])
}
