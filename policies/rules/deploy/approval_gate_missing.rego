# METADATA
# title: Production is reached without an approval
# description: >-
#   A run gets to production although nobody has to agree: the job names no environment that could ask, and no manual step
#   stands before it. A run that a person starts by hand counts as agreed to. Where the configuration asks for a proof
#   (approval: proved), it does not, and neither does an environment whose settings were not read.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: critical
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Give the job an environment that requires reviewers (environment: production), or put a manual job that blocks before it."
#   since: 0.1.0
#   frameworks: [CICD-SEC-1]
package guard.rules.deploy.approval_gate_missing

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([open | some open in deployment.production; count(_open(open)) > 0])
	msg := sprintf("%s: %s reaches production and nobody has to agree (%s)", [deploy.holder, deploy.tool, run.titles(_open(deploy))])
}

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([open | some open in deployment.production; count(_unproved(open)) > 0])
	count(_open(deploy)) == 0
	runs := _unproved(deploy)
	msg := sprintf("%s: %s reaches production (%s), and that somebody has to agree is not proved: %s", [deploy.holder, deploy.tool, run.titles(runs), runs[0].after.approval.reason])
}

# _open lists the runs in which nobody agrees.
_open(deploy) := run.without(deploy.runs, "approval") if deploy.approval == "proved"

_open(deploy) := [reach | some reach in run.without(deploy.runs, "approval"); reach.situation != "manual"] if deploy.approval == "required"

_unproved(deploy) := [reach | some reach in run.certain(deploy.runs); reach.after.approval.holds == "unknown"] if deploy.approval == "proved"
