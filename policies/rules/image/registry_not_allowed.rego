# METADATA
# title: Image comes from a registry that is not allowed
# description: Images from anywhere bring anybody's code. A short list of registries and organisations keeps to those that are trusted, scanned and kept available.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://kubernetes.io/docs/concepts/containers/images/
#   description: Images in Kubernetes
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   remediation: Use the image from an allowed registry, mirror it there, or add the registry to the parameter allowed.
#   since: 0.1.0
#   params:
#     allowed:
#       type: array
#       default: []
#       description: "Registries, organisations and repositories that are allowed with all that is below them, e.g. ghcr.io/acme, docker.io/library. Nothing is allowed where the list is empty."
package guard.rules.image.registry_not_allowed

import data.guard.lib.image as lib

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.registry != ""
	lib.pulled(image)
	not _allowed(image)
	msg := sprintf("%s: image %q comes from %s, which is not in the list of allowed registries", [image.holder, image.raw, _registry(image)])
}

# _allowed compares whole parts between slashes: docker.io/org does not allow
# docker.io/org-evil. Where the repository is not known, the registry decides.
_allowed(image) if {
	path := concat("/", [_registry(image), image.repository, ""])
	some prefix in _prefixes
	startswith(path, prefix)
}

_allowed(image) if {
	image.repository == ""
	some prefix in _prefixes
	startswith(prefix, concat("", [_registry(image), "/"]))
}

_prefixes contains prefix if {
	some entry in data.guard.params["image/registry-not-allowed"].allowed
	parts := split(trim_right(entry, "/*"), "/")
	prefix := concat("/", array.flatten([_hub(lower(parts[0])), array.slice(parts, 1, count(parts)), ""]))
}

_registry(image) := _hub(lower(image.registry))

# _hub gives Docker Hub the one name that people write.
_hub(registry) := object.get({"index.docker.io": "docker.io"}, registry, registry)
