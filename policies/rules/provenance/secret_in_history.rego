# METADATA
# title: Image holds a secret
# description: Whoever may pull an image can read its variables, its labels and the commands that built it, build arguments among them. Deleting a secret in a later layer does not take it away. Only images of your own are looked at.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.docker.com/build/building/secrets/
#   description: Secrets in builds with Docker
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Revoke the secret, build the image again without it, and delete the old one. Hand secrets to a build by RUN --mount=type=secret, and to a container when it starts."
#   since: 0.1.0
package guard.rules.provenance.secret_in_history

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	some secret in image.facts.secrets
	msg := sprintf("%s: image %q holds %s (%s) in its %s", [image.holder, image.raw, secret.what, secret.redacted, secret.place])
}
