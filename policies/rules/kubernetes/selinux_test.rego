package guard.rules.kubernetes.selinux_test

import data.guard.rules.kubernetes.selinux

test_deny_type_user_and_role if {
	selinux.deny == {
		{"message": "the Pod sets the SELinux type spc_t", "path": ["spec", "securityContext", "seLinuxOptions", "type"]},
		{"message": "container web sets the SELinux user system_u", "path": ["spec", "containers", 0, "securityContext", "seLinuxOptions", "user"]},
		{"message": "container web sets the SELinux role system_r", "path": ["spec", "containers", 0, "securityContext", "seLinuxOptions", "role"]},
	} with input as _pod("securityContext: {seLinuxOptions: {type: spc_t}},", ", securityContext: {seLinuxOptions: {user: system_u, role: system_r}}")
}

test_allow_types_for_containers if {
	selinux.deny == set() with input as _pod("securityContext: {seLinuxOptions: {type: container_t, level: s0}},", "")
	every type in ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"] {
		selinux.deny == set() with input as _pod(sprintf("securityContext: {seLinuxOptions: {type: %s}},", [type]), "")
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
