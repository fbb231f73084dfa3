# METADATA
# title: Image with a tag that moves is not pulled again
# description: With IfNotPresent a node keeps the image it has, so that two nodes may run two images under one tag.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/
#   description: Images
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: "Pin the image by its digest or an exact release, or set imagePullPolicy: Always."
#   since: 0.1.0
#   params:
#     immutable:
#       type: array
#       default: [postgres, "**/postgres", dpage/pgadmin4, "**/pause", "registry.k8s.io/**", "k8s.gcr.io/**", "gcr.io/google_containers/**", "gcr.io/{google-samples,google_samples}/**"]
#       description: Images whose tags of two numbers are exact releases, as patterns of their names.
package guard.rules.kubernetes.pull_policy

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.mutable
	not image.unresolved
	not _is_release(image)
	reason := _reason(image)
	msg := sprintf("%s: the tag of %q moves, and %s", [image.holder, image.raw, reason])
}

_reason(image) := "the pull policy is IfNotPresent" if image.pull_rule == "IfNotPresent"

_reason(image) := "without a pull policy it is IfNotPresent" if {
	image.pull_rule == ""
	not image.class in {"latest", "none"}
}

_is_release(image) if {
	image.precision == 2
	some pattern in data.guard.params["kubernetes/pull-policy"].immutable
	glob.match(pattern, ["/"], image.name)
}
