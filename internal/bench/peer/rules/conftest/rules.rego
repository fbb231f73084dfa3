package main

pods contains input.spec if input.kind == "Pod"

pods contains input.spec.template.spec if input.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}

pods contains input.spec.jobTemplate.spec.template.spec if input.kind == "CronJob"

containers contains {"pod": pod, "container": container} if {
	some pod in pods
	some field in ["containers", "initContainers"]
	some container in pod[field]
}

deny contains msg if {
	some c in containers
	not tagged(c.container.image)
	msg := sprintf("%s/%s: image %s has no tag or the tag latest", [input.kind, input.metadata.name, c.container.image])
}

tagged(image) if contains(image, "@")

tagged(image) if {
	parts := split(image, "/")
	[_, tag] := split(parts[count(parts) - 1], ":")
	tag != "latest"
}

deny contains msg if {
	some c in containers
	not non_root(c)
	msg := sprintf("%s/%s: container %s may run as root", [input.kind, input.metadata.name, c.container.name])
}

setting(c, name) := value if {
	value := c.container.securityContext[name]
} else := value if {
	value := c.pod.securityContext[name]
}

non_root(c) if setting(c, "runAsNonRoot") == true

non_root(c) if setting(c, "runAsUser") > 0

deny contains msg if {
	some c in containers
	c.container.securityContext.privileged == true
	msg := sprintf("%s/%s: container %s is privileged", [input.kind, input.metadata.name, c.container.name])
}
