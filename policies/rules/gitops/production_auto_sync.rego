# METADATA
# title: Production is synchronised by itself
# description: What is merged reaches production at once, by night as by day, with no person between. A sync window of the project may hold it back; projects are not looked at.
# scope: package
# schemas:
# - input: schema.gitops
# related_resources:
# - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
#   description: Automated synchronisation
# - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/
#   description: Sync windows
# custom:
#   severity: low
#   kinds: [gitops]
#   profiles: []
#   remediation: Leave syncPolicy.automated out for production, and let a person or a pipeline with an approval synchronise it.
#   since: 0.1.0
package guard.rules.gitops.production_auto_sync

deny contains {"message": msg, "path": input.gitops.auto_sync.path} if {
	input.gitops.production.holds == "yes"
	input.gitops.auto_sync.automatic.holds == "yes"
	msg := sprintf("%s %s: production is synchronised by itself, unless a window of project %q holds it back", [input.gitops.kind, input.gitops.name, input.gitops.auto_sync.project])
}
