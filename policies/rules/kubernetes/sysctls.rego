# METADATA
# title: Pod changes a kernel setting that is not safe
# description: Settings outside the safe set are not kept apart by Pod, or can bring the node down.
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
#   remediation: Remove the sysctl, or set it for the nodes that need it.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-Sysctls]
#   params:
#     allowed:
#       type: array
#       default:
#       - kernel.shm_rmid_forced
#       - net.ipv4.ip_local_port_range
#       - net.ipv4.ip_local_reserved_ports
#       - net.ipv4.ip_unprivileged_port_start
#       - net.ipv4.ping_group_range
#       - net.ipv4.tcp_fin_timeout
#       - net.ipv4.tcp_keepalive_intvl
#       - net.ipv4.tcp_keepalive_probes
#       - net.ipv4.tcp_keepalive_time
#       - net.ipv4.tcp_notsent_lowat
#       - net.ipv4.tcp_rmem
#       - net.ipv4.tcp_slow_start_after_idle
#       - net.ipv4.tcp_syncookies
#       - net.ipv4.tcp_wmem
#       description: Sysctls that a Pod may set.
package guard.rules.kubernetes.sysctls

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": sysctl.path} if {
	some pod in kubernetes.pods
	some sysctl in pod.sysctls
	not sysctl.value in data.guard.params["kubernetes/sysctls"].allowed
	msg := sprintf("the Pod sets the sysctl %q", [sysctl.value])
}
