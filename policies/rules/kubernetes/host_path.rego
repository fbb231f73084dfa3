# METADATA
# title: Pod mounts a directory of its node
# description: Through a hostPath a container reads and often writes files of the node, among them credentials of the kubelet and of other Pods.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [recommended, strict, pss-baseline, pss-restricted]
#   remediation: Use a PersistentVolumeClaim, an emptyDir, a ConfigMap or a Secret.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-HostPath-Volumes, PSS-Restricted-Volume-Types, CIS-Kubernetes-5.2.12]
package guard.rules.kubernetes.host_path

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": volume.source} if {
	some pod in kubernetes.pods
	some volume in pod.volumes
	volume.type == "hostPath"
	msg := sprintf("%s mounts the path %q of the node", [volume.holder, volume.host_path.value])
}
