# METADATA
# title: Image is not approved for the environment
# description: "The namespace is an environment whose images somebody must have approved (approval: proved), and of this image there is no approval for it that the trust policy accepts: none at all, one for another environment, one that has ended, or one by somebody else. Only the webhook knows which environment a namespace is, so guard check never says this."
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://slsa.dev/attestation-model
#   description: Software attestations, by SLSA
# custom:
#   severity: high
#   kinds: [kubernetes]
#   profiles: []
#   needs: [registry, trust-policy]
#   remediation: "Let somebody who may approve the image by its digest: guard approve IMAGE@DIGEST. guard verify IMAGE shows what is there."
#   since: 0.1.0
package guard.rules.kubernetes.production_approval

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	approval := image.facts.trust.approval
	approval.state in {"missing", "refused"}
	msg := sprintf("%s: image %q is not approved for %s: %s", [image.holder, image.raw, approval.environment, approval.reason])
}
