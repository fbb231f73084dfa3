package guard.rules.kubernetes.host_namespaces_test

import data.guard.rules.kubernetes.host_namespaces

test_deny_every_namespace if {
	host_namespaces.deny == {
		{"message": "the Pod shares the network of its node (hostNetwork: true)", "path": ["spec", "hostNetwork"]},
		{"message": "the Pod shares the processes of its node (hostPID: true)", "path": ["spec", "hostPID"]},
		{"message": "the Pod shares the inter-process memory of its node (hostIPC: true)", "path": ["spec", "hostIPC"]},
	} with input as _pod("hostNetwork: true, hostPID: yes, hostIPC: on,", "")
}

test_allow_namespaces_of_its_own if {
	host_namespaces.deny == set() with input as _pod("hostNetwork: false,", "")
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
