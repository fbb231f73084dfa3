# METADATA
# title: Image reference is invalid
# description: No runtime accepts such a reference, so nothing can be pulled or pushed under it.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://pkg.go.dev/github.com/distribution/reference
#   description: The grammar of references
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [minimal, recommended, strict]
#   remediation: "Write [registry/]repository[:tag][@digest], the repository in lower case, e.g. ghcr.io/acme/app:1.4.2."
#   since: 0.1.0
#   params:
#     replaced:
#       type: array
#       default: ["ko://"]
#       description: Beginnings of references that a build tool replaces before anybody pulls.
#     mixed_case:
#       type: array
#       default: []
#       profiles: {strict: [github.repository, github.repository_owner, github.actor, CI_PROJECT_PATH, CI_PROJECT_NAMESPACE]}
#       description: Variables and expressions that may hold upper case, which a repository must not.
package guard.rules.image.reference_invalid

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.invalid != ""
	not image.stage
	not _replaced(image)
	msg := sprintf("%s: image %q is no reference: %s", [image.holder, image.raw, image.invalid])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.invalid == ""
	image.repository == ""
	some symbol in image.symbols
	symbol in data.guard.params["image/reference-invalid"].mixed_case
	msg := sprintf("%s: image %q is no reference where %s holds upper case", [image.holder, image.raw, symbol])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.raw_repository
	image.invalid == ""
	msg := sprintf("%s: an image is named after the repository as it is: where owner or name hold upper case, no registry takes it", [image.holder])
}

_replaced(image) if strings.any_prefix_match(image.raw, data.guard.params["image/reference-invalid"].replaced)
