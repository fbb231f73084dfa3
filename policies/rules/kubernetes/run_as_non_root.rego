# METADATA
# title: Container may run as root
# description: A process that breaks out of a container as root is root on the node. Without runAsNonRoot or a user the image alone decides, and most images say root.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: [minimal, recommended, strict, pss-restricted]
#   remediation: "Set securityContext.runAsNonRoot: true, best for the whole Pod, and runAsUser to a number above 0 if the image names its user."
#   since: 0.1.0
#   frameworks: [PSS-Restricted]
#   params:
#     as_standard: {type: boolean, default: false, profiles: {pss-restricted: true}, description: "Judge as the Pod Security Standards do: only runAsNonRoot counts, and neither Pod nor container may set it to false or runAsUser to 0."}
package guard.rules.kubernetes.run_as_non_root

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": user.path} if {
	some pod in _pods
	some [holder, user] in _users(pod)
	is_number(user.value)
	reason := _reason(user.value)
	msg := sprintf("%s: runAsUser is %d, %s", [holder, user.value, reason])
}

deny contains {"message": msg, "path": flag.path} if {
	some pod in _pods
	some [holder, flag] in _flags(pod)
	flag.value == false
	msg := sprintf("%s: runAsNonRoot is false", [holder])
}

deny contains {"message": msg, "path": container.effective.run_as_non_root.path} if {
	some pod in _pods
	not pod.fragment
	some container in pod.containers
	container.effective.run_as_non_root.value == null
	not _decided(container.effective.run_as_user.value)
	msg := sprintf("%s: neither runAsNonRoot nor a runAsUser above 0 is set, here or for the Pod", [container.holder])
}

# Root in a user namespace of its own is nobody on the node.
_pods contains pod if {
	some pod in kubernetes.pods
	pod.host_users.value != false
}

_users(pod) := _pods_own(pod, pod.security.run_as_user) | {[_who(container, user, pod.security.run_as_user), user] |
	some container in pod.containers
	user := container.effective.run_as_user
}

_flags(pod) := _pods_own(pod, pod.security.run_as_non_root) | {[_who(container, flag, pod.security.run_as_non_root), flag] |
	some container in pod.containers
	not _decided(container.effective.run_as_user.value)
	flag := container.effective.run_as_non_root
}

# What the Pod says counts where no container is known, and, as the standard
# has it, even where every container says otherwise.
_pods_own(pod, field) := {["the Pod", field] | _counts(pod)}

_counts(pod) if count(pod.containers) == 0

_counts(_) if _standard

_who(_, field, own) := "the Pod" if field.path == own.path

_who(container, field, own) := container.holder if field.path != own.path

_reason(user) := "which is root" if user == 0

_reason(user) := "which is no user id" if user < 0

_reason(user) := "which is above 2147483647, and root for some runtimes" if user > 2147483647

# A number says who runs, and is reported where that is root.
_decided(user) if user == 0

_decided(user) if {
	is_number(user)
	not _standard
}

_standard if data.guard.params["kubernetes/run-as-non-root"].as_standard
