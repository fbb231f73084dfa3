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
#   frameworks: [PSS-Restricted-Running-as-Non-root, PSS-Restricted-Running-as-Non-root-user, CIS-Kubernetes-5.2.7]
#   params:
#     as_standard: {type: boolean, default: false, profiles: {pss-restricted: true}, description: "Judge as the Pod Security Standards do: only runAsNonRoot counts, and neither Pod nor container may set it to false or runAsUser to 0."}
package guard.rules.kubernetes.run_as_non_root

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": user.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	user := container.effective.run_as_user
	is_number(user.value)
	msg := _user(pod, _who(container.holder, user, pod.security.run_as_user), user.value)
}

deny contains {"message": msg, "path": user.path} if {
	some pod in kubernetes.pods
	user := pod.security.run_as_user
	is_number(user.value)
	_counts(pod)
	msg := _user(pod, "the Pod", user.value)
}

deny contains {"message": msg, "path": flag.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	flag := container.effective.run_as_non_root
	flag.value == false
	pod.host_users.value != false
	not _decided(container.effective.run_as_user.value)
	msg := sprintf("%s: runAsNonRoot is false", [_who(container.holder, flag, pod.security.run_as_non_root)])
}

deny contains {"message": "the Pod: runAsNonRoot is false", "path": flag.path} if {
	some pod in kubernetes.pods
	flag := pod.security.run_as_non_root
	flag.value == false
	pod.host_users.value != false
	_counts(pod)
}

deny contains {"message": msg, "path": container.effective.run_as_non_root.path} if {
	some pod in kubernetes.pods
	some container in pod.containers
	container.effective.run_as_non_root.value == null
	not _decided(container.effective.run_as_user.value)
	not pod.fragment
	pod.host_users.value != false
	msg := sprintf("%s: neither runAsNonRoot nor a runAsUser above 0 is set, here or for the Pod", [container.holder])
}

# Root in a user namespace of its own is nobody on the node.
_user(pod, who, user) := sprintf("%s: runAsUser is %d, %s", [who, user, kubernetes.refused(user)]) if {
	pod.host_users.value != false
}

# What the Pod says counts where no container is known, and, as the standard
# has it, even where every container says otherwise.
_counts(pod) if count(pod.containers) == 0

_counts(_) if _standard

_who(_, field, own) := "the Pod" if field.path == own.path

_who(holder, field, own) := holder if field.path != own.path

# A number says who runs, and is reported where that is root.
_decided(user) if user == 0

_decided(user) if {
	is_number(user)
	not _standard
}

_standard if data.guard.params["kubernetes/run-as-non-root"].as_standard
