# METADATA
# title: Production changes in one step
# description: >-
#   Everybody gets the new version at once. What a Rollout, an application of Argo CD or a manifest in Git does step by
#   step stands elsewhere, so those are not reported.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Roll out to a part of the users first, and measure."
#   since: 0.1.0
package guard.rules.deploy.canary_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts(deployment.production)
	not deploy.target.kind in {"rollout", "application", "git"}
	every activity in input.pipeline.activities {
		not activity.kind in _canaries
		not activity.like in _canaries # what cannot be seen into may be one
	}
	msg := sprintf("%s: %s changes production in one step", [deploy.holder, deploy.tool])
}

_canaries := {"canary", "canary-check"}
