# METADATA
# title: Cache of a package manager left in the image
# description: A layer keeps what the RUN that makes it leaves behind, so the image is larger than it needs to be, and its package lists grow old.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#run
#   description: RUN in the best practices of Docker
# custom:
#   severity: info
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Remove the cache in the same RUN, never make one, or mount one: RUN --mount=type=cache,target=…"
#   since: 0.1.0
package guard.rules.dockerfile.package_cache_kept

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": use.path} if {
	not lib.workbench
	some instruction in lib.shipped
	some use in instruction.packages
	use.cached
	msg := sprintf("%s: %s leaves its cache in the layer; %s avoids that", [instruction.holder, use.manager, use.advice])
}
