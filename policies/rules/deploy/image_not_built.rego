# METADATA
# title: Image is deployed that nothing builds
# description: The name that is deployed can never be one of those that are pushed, so the deployment fails, or runs an image of another commit.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: critical
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Deploy the reference that the build pushed: hand its tag or digest on as an output of the job that builds."
#   since: 0.1.0
package guard.rules.deploy.image_not_built

deny contains {"message": msg, "path": image.path, "related": related} if {
	some deploy in input.pipeline.deploys
	some image in deploy.images
	image.built.holds == "no"
	not _told(deploy, image)
	related := [{"message": sprintf("pushed as %s", [pushed.text]), "path": pushed.path, "file": pushed.file} |
		some pushed in image.pushed
	]
	msg := sprintf("%s: %s deploys %s, but what is pushed is %s", [deploy.holder, deploy.tool, image.text, _names(image.pushed)])
}

# _told holds for the name in runs of pull requests, where another run has the
# same fault at the same place.
_told(deploy, image) if {
	image.merge_commit
	some other in deploy.images
	other.built.holds == "no"
	other.path == image.path
	not other.merge_commit
}

_names(pushed) := concat(", ", [name.text | some name in pushed]) if count(pushed) <= 3

_names(pushed) := sprintf("%s and %d more", [pushed[0].text, count(pushed) - 1]) if count(pushed) > 3
