# METADATA
# title: Deployment without access
# description: Nothing in the job configures how the cluster is reached. Every job starts on a fresh machine, so what another job did is gone.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Configure the access in the job that deploys, e.g. azure/k8s-set-context, aws eks update-kubeconfig, or KUBECONFIG in $GITHUB_ENV."
#   since: 0.1.0
#   params:
#     programs:
#       type: array
#       default: [kubectl, helm]
#       description: "Beginnings of the tools that need access to a cluster; oc is taken as kubectl."
package guard.rules.deploy.credentials_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts([d | some d in input.pipeline.deploys; d.access.holds == "no"; _needs_access(d)])
	msg := sprintf("%s: %s has no access: nothing in job %s configures the cluster", [deploy.holder, deploy.tool, deploy.job])
}

_needs_access(deploy) if strings.any_prefix_match(deploy.tool, data.guard.params["deploy/credentials-missing"].programs)
