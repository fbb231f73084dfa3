# METADATA
# title: Image is pushed by a run that a pull request starts
# description: Whoever opens a pull request decides what such a run builds, before anybody has looked at it; the image lies in the registry under the project's name all the same.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Build without pushing in pull requests, e.g. push: ${{ github.event_name != 'pull_request' }}, or push from branches only."
#   since: 0.1.0
#   frameworks: [CICD-SEC-4]
package guard.rules.build.push_on_pull_request

import data.guard.lib.run

deny contains {"message": msg, "path": push.path} if {
	some push in input.pipeline.pushes
	runs := [reach | some reach in run.from_pull_requests(push.runs); not _by_push(reach)]
	count(runs) > 0
	msg := sprintf("%s: %s pushes %s in a run that a pull request starts (%s)", [push.holder, push.tool, _image(push, runs), run.titles(runs)])
}

# _by_push holds where somebody who may push to the repository starts the run,
# as branches do on GitLab.
_by_push(reach) if {
	some started in input.pipeline.runs
	started.id == reach.run
	started.event == "push"
}

_image(push, runs) := _names(push, runs)[0]

_image(push, runs) := "an image" if count(_names(push, runs)) == 0

_names(push, runs) := [image.text | some image in push.images; runs[0].run in image.runs; image.text != "<unknown>"]
