# METADATA
# title: Container has no requests or limits
# description: Without requests the scheduler places a Pod blindly; without a memory limit one container can take the memory of all others on its node.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   description: Resource management
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: Set resources.requests for cpu and memory, and resources.limits for memory.
#   since: 0.1.0
#   params:
#     requests: {type: array, default: [cpu, memory], description: Resources that need a request.}
#     limits: {type: array, default: [memory], description: Resources that need a limit.}
package guard.rules.kubernetes.resources_missing

import data.guard.lib.kubernetes

deny contains {"message": msg, "path": container.resources} if {
	some pod in kubernetes.pods
	not pod.fragment
	some container in pod.containers
	container.type in {"container", "sidecar"}
	missing := array.concat(_requests(pod, container), _limits(pod, container))
	count(missing) > 0
	msg := sprintf("%s sets no %s", [container.holder, concat(", ", missing)])
}

# A limit stands for the request too.
_requests(pod, container) := [sprintf("request for %s", [name]) |
	some name in data.guard.params["kubernetes/resources-missing"].requests
	not name in _keys([container.requests, container.limits, pod.requests, pod.limits])
]

_limits(pod, container) := [sprintf("limit for %s", [name]) |
	some name in data.guard.params["kubernetes/resources-missing"].limits
	not name in _keys([container.limits, pod.limits])
]

_keys(lists) := {entry.key | some list in lists; some entry in list}
