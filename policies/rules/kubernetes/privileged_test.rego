package guard.rules.kubernetes.privileged_test

import data.guard.rules.kubernetes.privileged

test_deny_privileged_container if {
	privileged.deny == {{"message": "container web is privileged", "path": ["spec", "containers", 0, "securityContext", "privileged"]}} with input as _pod("", ", securityContext: {privileged: on}")
}

test_deny_every_type_of_container if {
	some list in ["initContainers", "ephemeralContainers"]
	{finding.path | some finding in privileged.deny} == {["spec", list, 0, "securityContext", "privileged"]} with input as _pod(sprintf("%s: [{image: x, securityContext: {privileged: true}}],", [list]), "")
}

test_deny_every_pod_of_an_object if {
	{finding.path[2] | some finding in privileged.deny} == {0, 1} with input as guard.parse("kubernetes", `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  templates:
  - {name: one, container: {image: x, securityContext: {privileged: true}}}
  - {name: two, script: {image: x, securityContext: {privileged: true}}}
`)
}

test_allow_unprivileged_container if {
	privileged.deny == set() with input as _pod("", ", securityContext: {privileged: false}")
	privileged.deny == set() with input as _pod("", "")
}

test_allow_object_without_pod if {
	privileged.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: Service}")
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
