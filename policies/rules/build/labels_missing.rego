# METADATA
# title: Image does not say where it comes from
# description: Who finds the image somewhere cannot tell which commit of which repository it was built of, unless its labels say so.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://github.com/opencontainers/image-spec/blob/main/annotations.md
#   description: The names of the labels
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Hand over the labels of docker/metadata-action, or --label org.opencontainers.image.revision=$GITHUB_SHA and …source=URL; LABEL with an ARG in the Dockerfile does too."
#   since: 0.1.0
package guard.rules.build.labels_missing

import data.guard.lib.run

deny contains {"message": msg, "path": build.path} if {
	some push in input.pipeline.pushes
	count(run.certain(push.runs)) > 0
	some index in push.builds
	build := input.pipeline.activities[index]
	build.labels_unknown == ""
	missing := [label | some label in _labels; not label in build.labels]
	count(missing) > 0
	msg := sprintf("%s: the image that %s builds has no label %s", [push.holder, build.tool, concat(" and no label ", missing)])
}

_labels := ["org.opencontainers.image.revision", "org.opencontainers.image.source"]
