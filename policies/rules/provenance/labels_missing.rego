# METADATA
# title: Image does not say what it was built from
# description: Without the labels revision and source nobody can tell from the image which commit of which repository it was built from.
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
package guard.rules.provenance.labels_missing

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	image.facts.inherited == ""
	missing := {name |
		some platform in image.facts.platforms
		some name in {"revision", "source"}
		platform[name] == ""
	}
	count(missing) > 0
	msg := sprintf("%s: image %q lacks the label org.opencontainers.image.%s", [image.holder, image.raw, concat(" and org.opencontainers.image.", missing)])
}
