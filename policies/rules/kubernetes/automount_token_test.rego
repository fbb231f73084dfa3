package guard.rules.kubernetes.automount_token_test

import data.guard.rules.kubernetes.automount_token

test_deny_token_nobody_asked_for if {
	automount_token.deny == {{"message": "the Pod gets an API token: automountServiceAccountToken is not set to false", "path": ["spec", "automountServiceAccountToken"]}} with input as _pod("", "")
	automount_token.deny == {{"message": "the Pod gets an API token: automountServiceAccountToken is true for the default service account", "path": ["spec", "automountServiceAccountToken"]}} with input as _pod("automountServiceAccountToken: true,", "")
}

test_allow_no_token_and_token_on_purpose if {
	automount_token.deny == set() with input as _pod("automountServiceAccountToken: false,", "")
	automount_token.deny == set() with input as _pod("automountServiceAccountToken: true, serviceAccountName: controller,", "")
	automount_token.deny == set() with input as _pod("", "}, {name: patched")
}

test_deny_default_account_by_its_name if {
	count(automount_token.deny) == 1 with input as _pod("automountServiceAccountToken: true, serviceAccountName: default,", "")
	count(automount_token.deny) == 1 with input as _pod("automountServiceAccountToken: true,", "")
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
