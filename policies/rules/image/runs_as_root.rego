# METADATA
# title: Image runs as root
# description: The configuration of the image names no user, or root, and nothing that runs it says otherwise, so the container is root. Platforms may differ, and one that is root is enough.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "End the Dockerfile of the image with USER and a number above 0, or set runAsUser to such a number where it runs."
#   since: 0.1.0
#   params:
#     named_users: {type: boolean, default: false, profiles: {strict: true}, description: "Report images whose user is a name too: only the image's own files say whether it is root."}
package guard.rules.image.runs_as_root

import data.guard.lib.registry

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.facts.user_decides
	where := registry.runs_as(image, {"root", "out-of-range"})
	msg := sprintf("%s: image %q runs as root%s", [image.holder, image.raw, where])
}

deny contains {"message": msg, "path": image.path} if {
	data.guard.params["image/runs-as-root"].named_users
	some image in input.images
	image.facts.user_decides
	where := registry.runs_as(image, {"named"})
	msg := sprintf("%s: image %q names its user%s, and nobody can tell whether that is root", [image.holder, image.raw, where])
}
