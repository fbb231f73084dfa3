package guard.rules.kubernetes.volume_types_test

import data.guard.rules.kubernetes.volume_types

test_deny_storage_named_directly if {
	volume_types.deny == {{"message": "volume data is of type nfs", "path": ["spec", "volumes", 0, "nfs"]}} with input as _pod("volumes: [{name: data, nfs: {server: x, path: /}}],", "")
}

test_allow_usual_types if {
	volume_types.deny == set() with input as _pod("volumes: [{name: a, emptyDir: {}}, {name: b, persistentVolumeClaim: {claimName: b}}, {name: c}],", "")
	every source in ["configMap: {name: x}", "csi: {driver: x}", "downwardAPI: {}", "emptyDir: {}", "ephemeral: {}", "projected: {}"] {
		volume_types.deny == set() with input as _pod(sprintf("volumes: [{name: a, %s}],", [source]), "")
	}
}

test_allow_host_path_as_another_rule_reports_it if {
	volume_types.deny == set() with input as _pod("volumes: [{name: a, hostPath: {path: /}}],", "")
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
