# METADATA
# title: Root filesystem of a container can be written
# description: Who gets into a container with a writable root filesystem can change its programs and leave tools behind.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#   description: Security contexts
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: "Set securityContext.readOnlyRootFilesystem: true and mount an emptyDir where the program must write."
#   since: 0.1.0
package guard.rules.kubernetes.read_only_root

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": flag.path} if {
	some pod in kubernetes.pods
	pod.os != "windows"
	some container in pod.containers
	container.type != "ephemeral"
	flag := container.security.read_only_root_filesystem
	reason := _reason(pod, flag.value)
	msg := sprintf("%s: readOnlyRootFilesystem is %s", [container.holder, reason])
}

_reason(_, value) := "false" if value == false

_reason(pod, value) := "not set" if {
	value == null
	not pod.fragment
}
