package guard.rules.kubernetes.host_port_test

import data.guard.rules.kubernetes.host_port

test_deny_host_port if {
	host_port.deny == {{"message": "container web opens port 80 of its node", "path": ["spec", "containers", 0, "ports", 0, "hostPort"]}} with input as _pod("", ", ports: [{containerPort: 8080, hostPort: 80}]")
}

test_deny_another_port_with_host_network if {
	count(host_port.deny) == 1 with input as _pod("hostNetwork: true,", ", ports: [{containerPort: 8080, hostPort: 80}]")
}

test_allow_no_host_port if {
	host_port.deny == set() with input as _pod("", ", ports: [{containerPort: 8080}, {containerPort: 81, hostPort: 0}]")
}

test_allow_what_follows_from_host_network if {
	host_port.deny == set() with input as _pod("hostNetwork: true,", ", ports: [{containerPort: 80, hostPort: 80}]")
}

test_deny_the_same_port_without_host_network if {
	count(host_port.deny) == 1 with input as _pod("", ", ports: [{containerPort: 80, hostPort: 80}]")
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
