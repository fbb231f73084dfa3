# METADATA
# title: Container that must not be root has an image that is, or may be
# description: The kubelet does not start a container with runAsNonRoot whose image is root, or names its user, since a name proves nothing.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#   description: Security context in Kubernetes
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Set runAsUser to a number above 0, or end the Dockerfile of the image with USER and such a number."
#   since: 0.1.0
package guard.rules.kubernetes.user_conflict

import data.guard.lib.kubernetes
import data.guard.lib.registry

deny contains {"message": msg, "path": image.path} if {
	some [container, image] in _undecided
	where := registry.runs_as(image, {"root", "out-of-range"})
	msg := sprintf("%s: runAsNonRoot is true, and image %q runs as root%s, so it is not started", [container.holder, image.raw, where])
}

deny contains {"message": msg, "path": image.path} if {
	some [container, image] in _undecided
	where := registry.runs_as(image, {"named"})
	msg := sprintf("%s: runAsNonRoot is true, and image %q names its user%s instead of giving a number, so it is not started", [container.holder, image.raw, where])
}

# _undecided are containers that must not be root, and whose image says who runs.
_undecided contains [container, image] if {
	some pod in kubernetes.pods
	pod.os != "windows"
	not pod.fragment
	some container in pod.containers
	container.effective.run_as_non_root.value == true
	container.effective.run_as_user.value == null
	some image in input.images
	image.path == container.image.path
}
