# METADATA
# title: Image is chosen by an outsider
# description: Whoever opens a pull request or fills in a free text field decides which image runs here, with the job's token and secrets.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/security/secure-use
#   description: Secure use of GitHub Actions
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [minimal, recommended, strict]
#   remediation: "Take the image from what the repository itself fixes: a literal, github.sha, or an input of type choice."
#   since: 0.1.0
package guard.rules.image.user_controlled_reference

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.outsider != ""
	msg := sprintf("%s: image %q depends on %s, which an outsider sets", [image.holder, image.raw, image.outsider])
}
