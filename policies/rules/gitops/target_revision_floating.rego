# METADATA
# title: Production follows a revision that moves
# description: Production changes whenever somebody pushes to the branch, or publishes a version that fits, and nothing in this file says what ran yesterday.
# scope: package
# schemas:
# - input: schema.gitops
# related_resources:
# - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
#   description: What a target revision tracks
# - ref: https://fluxcd.io/flux/components/source/gitrepositories/
#   description: References of a source
# custom:
#   severity: low
#   kinds: [gitops]
#   profiles: [strict]
#   remediation: Name a commit or a release in Git, one version of a chart, and a digest or release of an artifact.
#   since: 0.1.0
package guard.rules.gitops.target_revision_floating

# What is unknown (a template, a name that may be a branch or a tag, an object
# whose names say no environment) is not reported.
deny contains {"message": msg, "path": source.revision.path} if {
	input.gitops.production.holds == "yes"
	some source in input.gitops.sources
	source.floats.holds == "yes"
	msg := sprintf("%s %s for production follows %s: %s", [input.gitops.kind, input.gitops.name, source.follows, source.holder])
}
