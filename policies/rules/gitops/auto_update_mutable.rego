# METADATA
# title: Images are replaced by whatever comes
# description: A tool rolls out what it takes for the newest image. Where it follows a tag that moves, or tags without an order, that may be any branch's build, and nobody can say which commit it is.
# scope: package
# schemas:
# - input: schema.gitops
# related_resources:
# - ref: https://argocd-image-updater.readthedocs.io/en/stable/basics/update-strategies/
#   description: Strategies of Argo CD Image Updater
# - ref: https://fluxcd.io/flux/components/image/imagepolicies/
#   description: Image policies of Flux
# custom:
#   severity: medium
#   kinds: [gitops]
#   profiles: [recommended, strict]
#   remediation: "Follow releases by semver, or limit the tags by a pattern that only builds of the right branch have and that sorts them."
#   since: 0.1.0
package guard.rules.gitops.auto_update_mutable

# An environment before production may well run the newest build.
deny contains {"message": msg, "path": update.path} if {
	input.gitops.production.holds != "no"
	some update in input.gitops.updates
	update.fault != ""
	msg := sprintf("%s %s: for image %s %s %s", [input.gitops.kind, input.gitops.name, update.image, update.tool, update.fault])
}
