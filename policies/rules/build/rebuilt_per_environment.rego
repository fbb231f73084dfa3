# METADATA
# title: Image is built again for production
# description: What was tested before is not the image that goes to production; base images, dependencies and the time may differ.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Build once, and give the image that was tested another tag or deploy its digest; what differs between environments belongs into their configuration."
#   since: 0.1.0
package guard.rules.build.rebuilt_per_environment

import data.guard.lib.run

deny contains {"message": msg, "path": again.path} if {
	some again in _built
	again.tier == "production"
	some first in _built
	first.tier != "production"
	first.job != again.job
	name := _shared(first, again)
	msg := sprintf("%s builds %s again for production, which %s builds in the same run", [again.holder, name, first.holder])
}

_built := [push | some push in input.pipeline.pushes; count(push.builds) > 0]

# _shared is the image that two pushes make in one run.
_shared(a, b) := sort({x.name |
	some reach in run.certain(a.runs)
	reach.run in {other.run | some other in run.certain(b.runs)}
	some x in a.images
	reach.run in x.runs
	some y in b.images
	reach.run in y.runs
	x.name == y.name
	x.name != ""
})[0]
