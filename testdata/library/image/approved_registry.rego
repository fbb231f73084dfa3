# METADATA
# title: Image comes from a registry that nobody approved
# description: Images from elsewhere are not scanned before they are used.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   remediation: Mirror the image to an approved registry and name it there.
#   since: 1.0.0
#   params:
#     approved: {type: array, default: [registry.example.com, mirror.example.com], description: Registries that images may come from.}
package guard.rules.image.approved_registry

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.role != "built"
	not image.registry in data.guard.params["image/approved-registry"].approved
	msg := sprintf("%s: image %q comes from %s", [image.holder, image.raw, image.registry])
}
