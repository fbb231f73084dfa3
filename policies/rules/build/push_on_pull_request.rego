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
	runs := run.from_pull_requests(push.runs)
	count(runs) > 0
	msg := sprintf("%s: %s pushes %s in a run that a pull request starts (%s)", [push.holder, push.tool, _image(push), run.titles(runs)])
}

_image(push) := push.images[0].text

_image(push) := "an image" if count(push.images) == 0
