# METADATA
# title: /proc is not masked
# description: The default mount of /proc hides what containers should not see of the kernel. Unmasked shows all of it.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [strict, pss-baseline, pss-restricted]
#   remediation: Remove procMount.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Proc-Mount-Type]
#   params:
#     user_namespace: {type: boolean, default: true, profiles: {pss-restricted: false}, description: "A Pod in a user namespace (hostUsers: false) may choose."}
package guard.rules.kubernetes.proc_mount

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": container.security.proc_mount.path} if {
	some pod in kubernetes.pods
	not _excused(pod)
	some container in pod.containers
	not container.security.proc_mount.value in {"", "Default"}
	msg := sprintf("%s: procMount is %s", [container.holder, container.security.proc_mount.value])
}

_excused(pod) if {
	data.guard.params["kubernetes/proc-mount"].user_namespace
	pod.host_users.value == false
}
