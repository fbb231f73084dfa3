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
package guard.rules.kubernetes.pull_policy

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.mutable
	reason := _reason(image)
	msg := sprintf("%s: the tag of %q moves, and %s", [image.holder, image.raw, reason])
}

_reason(image) := "the pull policy is IfNotPresent" if image.pull_rule == "IfNotPresent"

_reason(image) := "without a pull policy it is IfNotPresent" if {
	image.pull_rule == ""
	not image.class in {"latest", "none"}
}
