# METADATA
# title: Pull request's run deploys
# description: >-
#   Whoever opens a pull request decides what such a run does, before anybody has looked at it. A change that only tries a
#   cluster of its own is none: without an environment and without access nothing says that it is a deployment.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Deploy from branches only, e.g. if: github.event_name == 'push'. A preview of a pull request belongs into an environment whose name says so."
#   since: 0.1.0
#   frameworks: [CICD-SEC-4]
#   params:
#     previews:
#       type: array
#       default: ["*review*", "*ephemeral*", "pr-*", "*-pr", "*-pr-*", "pull-request*", "pr[0-9]*"]
#       description: "Names of environments, jobs and namespaces that are previews of a pull request."
package guard.rules.deploy.from_pull_request

import data.guard.lib.deploy as deployment
import data.guard.lib.run

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in input.pipeline.deploys; count(_requested(d)) > 0; not _is_preview(d)])
	not deployment.in_cluster(deploy)
	msg := sprintf("%s: %s deploys%s in a run that a pull request starts (%s)", [deploy.holder, deploy.tool, _where(deploy), run.titles(_requested(deploy))])
}

# _requested lists the runs that the event of a pull request starts. Where a
# push to its branch does, deploy/branch-environment judges.
_requested(deploy) := [reach | some reach in run.from_pull_requests(deploy.runs); not reach.run in _pushed]

_pushed := {started.id | some started in input.pipeline.runs; started.event == "push"}

_where(deploy) := sprintf(" to %s", [deploy.environment]) if deploy.environment != ""

_where(deploy) := "" if deploy.environment == ""

_is_preview(deploy) if {
	some name in [deploy.environment, deploy.job, deploy.target.namespace, deploy.target.name]
	some pattern in data.guard.params["deploy/from-pull-request"].previews
	glob.match(pattern, null, lower(name))
}
