# METADATA
# title: Image was built from another repository
# description: "Signed provenance says which repository the image was built from, and it is another one than expected: a copy, or somebody who may push to the same registry. Expected is one of the parameter sources; where it names none, the repository that is checked, by its remote origin, for images that it builds itself. Of other images of your own (images.own in the configuration) the answer is not known unless sources is set, and those of others are never judged. A clone of a fork expects the fork; name the repository in sources there."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://slsa.dev/spec/v1.1/verifying-artifacts
#   description: Verifying artifacts, by SLSA
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   needs: [registry, trust-policy]
#   remediation: "Find out who has pushed the image, and deploy the one that was built from the repository; or name the repository in the parameter sources."
#   since: 0.1.0
#   params:
#     sources:
#       type: array
#       default: []
#       description: "Repositories that your own images may be built from, and owners of such: https://github.com/acme/shop, https://github.com/acme. They are compared part by part: acme is not acme-evil."
package guard.rules.provenance.source_mismatch

import data.guard.lib.place

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	expected := _expected(image)
	count(expected) > 0
	named := {origin.source | some origin in image.facts.trust.origins; origin.source != ""}
	count(named) > 0
	every source in named {
		not _fits(source, expected)
	}
	msg := sprintf("%s: image %q was built from %s by its signed provenance, expected is %s", [image.holder, image.raw, concat(" and ", named), concat(" or ", expected)])
}

_expected(image) := {image.facts.trust.expected} - {""} if count(_sources) == 0

_expected(_) := {lower(source) | some source in _sources} if count(_sources) > 0

_fits(source, expected) if {
	count(_sources) > 0
	place.within(source, expected)
}

_fits(source, expected) if source in expected

_sources := data.guard.params["provenance/source-mismatch"].sources
