# METADATA
# title: Nobody waits for the rollout
# description: >-
#   kubectl and helm report success as soon as the cluster has taken the change. Whether the new Pods ever run nobody learns.
#   kubectl apply is reported where what it applies is known to be a Deployment, StatefulSet or DaemonSet.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Wait behind it, e.g. kubectl rollout status deployment/NAME --timeout=5m, or helm upgrade --wait."
#   since: 0.1.0
#   params:
#     programs:
#       type: array
#       default: [kubectl set, kubectl patch, kubectl rollout restart, helm]
#       description: "Beginnings of the tools whose changes have to be waited for; oc is taken as kubectl."
package guard.rules.deploy.rollout_status_missing

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	_rolls_out(deploy)
	deploy.behind.wait.holds == "no"
	msg := sprintf("%s: nothing waits until %s has rolled out", [deploy.holder, deploy.tool])
}

_rolls_out(deploy) if strings.any_prefix_match(deploy.tool, data.guard.params["deploy/rollout-status-missing"].programs)

_rolls_out(deploy) if {
	deploy.tool in {"kubectl apply", "kubectl replace"}
	deploy.target.kind in {"deployment", "statefulset", "daemonset"}
}
