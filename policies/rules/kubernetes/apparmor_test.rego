package guard.rules.kubernetes.apparmor_test

import data.guard.rules.kubernetes.apparmor

test_deny_unconfined if {
	apparmor.deny == {
		{"message": "the Pod: the AppArmor profile is Unconfined", "path": ["spec", "securityContext", "appArmorProfile", "type"]},
		{"message": "container web: the AppArmor profile is Unconfined", "path": ["spec", "containers", 0, "securityContext", "appArmorProfile", "type"]},
	} with input as _pod("securityContext: {appArmorProfile: {type: Unconfined}},", ", securityContext: {appArmorProfile: {type: Unconfined}}")
}

test_deny_annotation if {
	apparmor.deny == {{"message": "the Pod: the AppArmor profile is unconfined", "path": ["metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/web"]}} with input as _annotated("unconfined")
}

test_allow_profiles if {
	apparmor.deny == set() with input as _pod("securityContext: {appArmorProfile: {type: RuntimeDefault}},", ", securityContext: {appArmorProfile: {type: Localhost, localhostProfile: web}}")
	apparmor.deny == set() with input as _annotated("runtime/default")
	apparmor.deny == set() with input as _annotated("localhost/web")
}

test_allow_other_annotations_and_none if {
	apparmor.deny == set() with input as _annotated("''")
	apparmor.deny == set() with input as guard.parse("kubernetes", "{apiVersion: v1, kind: Pod, metadata: {annotations: {note: unconfined}}, spec: {containers: [{name: web, image: 'shop:1.0.0'}]}}")
}

_annotated(profile) := guard.parse("kubernetes", sprintf(
	`
apiVersion: v1
kind: Pod
metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/web: %s}}
spec: {containers: [{name: web, image: "shop:1.0.0"}]}
`,
	[profile],
))

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
