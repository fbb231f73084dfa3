# METADATA
# title: User of the image is a name
# description: Under runAsNonRoot the kubelet refuses an image whose user is a name, since it cannot know whether the name stands for id 0.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#   description: runAsNonRoot in Kubernetes
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Write the number: USER 10001:10001."
#   since: 0.1.0
package guard.rules.dockerfile.user_not_numeric

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": lib.final.user.path} if {
	not lib.workbench
	not lib.must_be_root
	lib.final.user.state == "named"
	msg := sprintf("%s: USER %s is a name, and a cluster cannot tell that it is not root", [lib.final.holder, lib.final.user.value])
}
