# METADATA
# title: Production has no way back
# description: Where a deployment to production fails nothing undoes it, so what is broken stays until somebody comes.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Undo in a step with if: failure(), e.g. kubectl rollout undo, or deploy atomically with helm upgrade --atomic."
#   since: 0.1.0
#   params:
#     programs:
#       type: array
#       default: [kubectl, helm, aws ecs, docker service]
#       description: "Beginnings of the tools whose deployments have to be undone where they fail; oc is taken as kubectl."
package guard.rules.deploy.rollback_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in deployment.production; d.behind.rollback.holds == "no"; _undoable(d)])
	msg := sprintf("%s: nothing undoes what %s does in production where it fails", [deploy.holder, deploy.tool])
}

_undoable(deploy) if strings.any_prefix_match(deploy.tool, data.guard.params["deploy/rollback-missing"].programs)
