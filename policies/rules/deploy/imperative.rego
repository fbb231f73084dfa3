# METADATA
# title: Cluster is changed by command
# description: Where Git is the source of what runs, a change by command is undone or fights with what is declared.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Change the manifest in Git and let the GitOps tool apply it."
#   since: 0.1.0
#   params:
#     programs:
#       type: array
#       default: [kubectl set, kubectl edit, kubectl patch]
#       description: "Beginnings of the tools that change a cluster by command; oc is taken as kubectl."
package guard.rules.deploy.imperative

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in input.pipeline.deploys
	strings.any_prefix_match(deploy.tool, data.guard.params["deploy/imperative"].programs)
	msg := sprintf("%s: %s changes the cluster by command", [deploy.holder, deploy.tool])
}
