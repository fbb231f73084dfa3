# METADATA
# title: Tag and label of an image name different commits
# description: The tag says that the image was built from one commit, the label revision names another. One of them is wrong, so nobody knows what runs.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://github.com/opencontainers/image-spec/blob/main/annotations.md
#   description: Annotations in the OCI image specification
# custom:
#   severity: critical
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Build and push the image again, with tag and label from the same commit. In a pull request both must name its head, or both the merge commit."
#   since: 0.1.0
package guard.rules.provenance.revision_mismatch

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	image.facts.inherited == ""
	some platform in image.facts.platforms
	not startswith(platform.commit, lower(image.commit))
	not startswith(lower(image.commit), platform.commit)
	msg := sprintf("%s: the tag of image %q names commit %s, and its revision label %s", [image.holder, image.raw, image.commit, platform.commit])
}
