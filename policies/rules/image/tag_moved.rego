# METADATA
# title: Tag names another image than before
# description: "The digest decides what is pulled, and the tag tells people what it is. Where a tag that should not move names another digest today, it was written over, and one of the two is not what people think. Of a Pod that runs, its status says which digest it was started from: where the tag has moved since, its next start is another program."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   description: Image names in Kubernetes
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Find out who pushed the tag again. Record the digest of the image that is meant, and forbid to overwrite tags in the registry."
#   since: 0.1.0
package guard.rules.image.tag_moved

import data.guard.lib.registry

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.role in registry.running
	not image.class in _moving
	not image.facts.tag_digest in {"", image.digest}
	msg := sprintf("%s: the tag %q of image %q names %s today", [image.holder, image.tag, image.name, image.facts.tag_digest])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.role in registry.running
	not image.class in _moving
	image.digest == ""
	not image.running in _named(image)
	msg := sprintf("%s: runs %s, and the tag %q of image %q names %s today", [image.holder, image.running, image.tag, image.name, image.facts.digest])
}

# _named are the digests that a container may have been started from by what its
# tag names today; "" says nothing.
_named(image) := {"", image.facts.digest} | {p.digest | some p in image.facts.platforms} if image.facts.exists

# _moving are tags that are there to move.
_moving := {"latest", "channel", "branch", "floating-version", "other", "unknown"}
