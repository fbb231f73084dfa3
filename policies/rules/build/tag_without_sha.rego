# METADATA
# title: Pushed image proves no commit
# description: None of the tags that a run pushes says which commit the image was built of.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Add a tag with the commit, e.g. type=sha of docker/metadata-action, or $GITHUB_SHA and $CI_COMMIT_SHA in a script."
#   since: 0.1.0
package guard.rules.build.tag_without_sha

import data.guard.lib.run

deny contains {"message": msg, "path": push.path} if {
	some push in input.pipeline.pushes
	not push.copies
	runs := [reach | some reach in run.certain(push.runs); not _proved(push, reach.run)]
	msg := sprintf("%s: none of the tags that %s pushes proves a commit (%s): %s", [
		push.holder, push.tool, run.titles(runs), concat(", ", _names(push, runs[0].run)),
	])
}

_names(push, id) := [image.text | some image in push.images; id in image.runs]

_proved(push, id) if count(_names(push, id)) == 0

# This push or another one of the run may give the same image a tag that proves
# it.
_proved(push, id) if {
	some image in push.images
	some other in input.pipeline.pushes
	some known in other.images
	known.name == image.name
	id in known.runs
	_says_or_hides(known)
}

_says_or_hides(image) if image.traceable

_says_or_hides(image) if image.unknown != ""

_says_or_hides(image) if image.tag_only
