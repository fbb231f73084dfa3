# METADATA
# title: Image is tagged with a commit that nobody keeps
# description: The commit of a pull request's run is a merge that GitHub throws away; nobody finds it again.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Take github.event.pull_request.head.sha in runs of pull requests, or set DOCKER_METADATA_PR_HEAD_SHA."
#   since: 0.1.0
package guard.rules.build.merge_commit_sha

import data.guard.lib.run

deny contains {"message": msg, "path": image.path} if {
	some push in input.pipeline.pushes
	some image in push.images
	image.merge_commit
	some reach in run.from_pull_requests(push.runs)
	reach.run in image.runs
	msg := sprintf("%s: %s names the throw-away merge commit of a pull request", [push.holder, image.text])
}
