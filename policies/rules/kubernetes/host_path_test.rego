package guard.rules.kubernetes.host_path_test

import data.guard.rules.kubernetes.host_path

test_deny_host_path if {
	host_path.deny == {{"message": "volume logs mounts the path \"/var/log\" of the node", "path": ["spec", "volumes", 0, "hostPath"]}} with input as _pod("volumes: [{name: logs, hostPath: {path: /var/log}}],", "")
}

test_deny_host_path_without_name_or_path if {
	host_path.deny == {{"message": "volume 0 mounts the path \"\" of the node", "path": ["spec", "volumes", 0, "hostPath"]}} with input as _pod("volumes: [{emptyDir: {}, hostPath: {}}],", "")
}

test_allow_other_volumes if {
	host_path.deny == set() with input as _pod("volumes: [{name: tmp, emptyDir: {}}, {name: none, hostPath: null}],", "")
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
