# METADATA
# title: Pushed tag moves
# description: A branch, a channel or a release line names another image after every push, so whoever deploys it cannot say what runs.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Push a tag that holds the commit or an exact release, and deploy that one."
#   since: 0.1.0
package guard.rules.build.tag_mutable

import data.guard.lib.run

deny contains {"message": msg, "path": path} if {
	some push in input.pipeline.pushes
	some path in {image.path | some image in push.images}
	tags := sort({tag | some image in push.images; image.path == path; tag := _moving(push, image)})
	count(tags) > 0
	msg := sprintf("%s pushes a tag that moves: %s", [push.holder, concat(", ", tags)])
}

# _moving is an image for people whose tag another push gives to another one.
_moving(push, image) := sprintf("%s (%s)", [image.text, _names[reference.class]]) if {
	some reach in run.certain(push.runs)
	reach.run in image.runs
	some reference in input.images
	reference.role == "pushed"
	reference.raw == image.text
	reference.mutable
}

_names := {"branch": "branch", "channel": "channel", "floating-version": "release line"}
