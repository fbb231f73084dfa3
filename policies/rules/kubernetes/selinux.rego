# METADATA
# title: SELinux label lifts the confinement of containers
# description: The type of a container confines it. Other types, users and roles than those for containers reach the node.
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
#   remediation: Remove seLinuxOptions.user and role, and use a type made for containers, such as container_t.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-SELinux]
#   params:
#     types: {type: array, default: [container_t, container_init_t, container_kvm_t, container_engine_t], description: SELinux types that a container may have.}
package guard.rules.kubernetes.selinux

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": option.path} if {
	some pod in kubernetes.pods
	some [holder, security] in array.concat([["the Pod", pod.security]], [[c.holder, c.security] | some c in pod.containers])
	some [name, option] in [["type", security.selinux_type], ["user", security.selinux_user], ["role", security.selinux_role]]
	option.value != ""
	not _allowed(name, option.value)
	msg := sprintf("%s sets the SELinux %s %s", [holder, name, option.value])
}

_allowed("type", value) if value in data.guard.params["kubernetes/selinux"].types
