# METADATA
# title: AppArmor is switched off
# description: The default AppArmor profile keeps containers away from parts of the kernel. Unconfined lifts that.
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
#   remediation: Remove the profile or use RuntimeDefault or Localhost.
#   since: 0.1.0
#   frameworks: [PSS-Baseline-AppArmor]
package guard.rules.kubernetes.apparmor

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": profile.path} if {
	some pod in kubernetes.pods
	some [holder, profile] in array.concat([["the Pod", pod.security.apparmor]], [[c.holder, c.security.apparmor] | some c in pod.containers])
	not profile.value in {"", "RuntimeDefault", "Localhost"}
	msg := sprintf("%s: the AppArmor profile is %s", [holder, profile.value])
}

deny contains {"message": msg, "path": annotation.path} if {
	some pod in kubernetes.pods
	some annotation in pod.annotations
	startswith(annotation.key, "container.apparmor.security.beta.kubernetes.io/")
	not annotation.value in {"", "runtime/default"}
	not startswith(annotation.value, "localhost/")
	msg := sprintf("the Pod: the AppArmor profile is %s", [annotation.value])
}
