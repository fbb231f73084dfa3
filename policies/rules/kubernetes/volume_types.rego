# METADATA
# title: Pod mounts a volume of a type that is not safe
# description: Volumes that name a storage system directly carry its addresses and credentials in the Pod, and pass by what the cluster allows of storage. A hostPath is reported by kubernetes/host-path.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [strict, pss-restricted]
#   remediation: Use a PersistentVolumeClaim.
#   since: 0.1.0
#   frameworks: [PSS-Restricted-Volume-Types]
#   params:
#     allowed: {type: array, default: [configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret], description: Types of volumes that a Pod may mount.}
package guard.rules.kubernetes.volume_types

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": volume.source} if {
	some pod in kubernetes.pods
	some volume in pod.volumes
	not volume.type in {"", "hostPath"}
	not volume.type in data.guard.params["kubernetes/volume-types"].allowed
	msg := sprintf("%s is of type %s", [volume.holder, volume.type])
}
