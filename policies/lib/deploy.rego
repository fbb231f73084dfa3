# METADATA
# scope: package
# description: Speaks of the deployments of a pipeline.
# schemas:
# - input: schema.pipeline
package guard.lib.deploy

# firsts keeps of some deployments the first of each job to each environment:
# what is wrong with a job is said once.
firsts(deploys) := [deploy | some i, deploy in deploys; not _repeats(deploys, i)]

_repeats(deploys, i) if {
	some j
	deploys[j].job == deploys[i].job
	deploys[j].environment == deploys[i].environment
	j < i
}

# production lists the deployments to production.
production := [deploy | some deploy in input.pipeline.deploys; deploy.tier == "production"]

# in_cluster holds for a deployment to a cluster of which nothing says that it
# is more than one for tests: no environment, and no access that was configured.
in_cluster(deploy) if {
	deploy.environment == ""
	deploy.tier == ""
	deploy.access.holds != "yes"
	strings.any_prefix_match(deploy.tool, ["kubectl", "helm", "skaffold", "ko ", "kapp"])
}
