# METADATA
# title: Deployment does not wait for the build
# description: The image that is deployed is pushed by a job that the deployment does not need, or whose failure it does not mind; it may start before the image is there.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Let the job that deploys need the job that pushes."
#   since: 0.1.0
package guard.rules.deploy.without_build

import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	some image in deploy.images
	image.built.holds == "yes"
	runs := [reach |
		some reach in run.without(deploy.runs, "build")
		reach.run in image.runs
		_pushed_here(image, reach.run)
	]
	count(runs) > 0
	msg := sprintf("%s: %s deploys %s, and starts where it was not pushed, too (%s)", [deploy.holder, deploy.tool, image.text, run.titles(runs)])
}

_pushed_here(image, id) if {
	some pushed in image.pushed
	pushed.file == input.file
	some push in input.pipeline.pushes
	some known in push.images
	known.text == pushed.text
	id in known.runs
}
