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
#       default: [kubectl, helm, oc]
#       description: "Beginnings of the tools that need access to a cluster."
package guard.rules.deploy.credentials_missing

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	some program in data.guard.params["deploy/credentials-missing"].programs
	startswith(deploy.tool, program)
	deploy.access.holds == "no"
	msg := sprintf("%s: %s has no access: nothing in job %s configures the cluster", [deploy.holder, deploy.tool, deploy.job])
}
