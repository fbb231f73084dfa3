package guard.rules.kubernetes.sysctls_test

import data.guard.rules.kubernetes.sysctls

test_deny_unsafe_sysctl if {
	sysctls.deny == {{"message": "the Pod sets the sysctl \"kernel.msgmax\"", "path": ["spec", "securityContext", "sysctls", 1, "name"]}} with input as _pod("securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}, {name: kernel.msgmax, value: '1'}]},", "")
}

test_allow_safe_sysctl if {
	sysctls.deny == set() with input as _pod("securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]},", "")
	every name in ["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"] {
		sysctls.deny == set() with input as _pod(sprintf("securityContext: {sysctls: [{name: %s, value: '1'}]},", [name]), "")
	}
}

# A Pod with this specification beside its one container, which has these
# fields beside its image.
_pod(spec, container) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {%s containers: [{name: web, image: "shop:1.0.0"%s}]}
`,
	[spec, container],
))
