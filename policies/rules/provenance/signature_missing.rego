# METADATA
# title: Image is not signed
# description: "The trust policy of the configuration says who must have signed the image, and nobody has: anybody who may push to the registry could have put it there. Judged are images that an entry of the policy is for."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.sigstore.dev/cosign/signing/signing_with_containers/
#   description: Signing containers with cosign
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry, trust-policy]
#   remediation: "Sign the image by its digest after it is pushed, as the trust policy wants it; guard verify IMAGE shows what is there. An attestation, such as provenance, is no signature."
#   since: 0.1.0
#   frameworks: [CICD-SEC-9, CIS-Docker-4.12, SSDF-PS.2]
package guard.rules.provenance.signature_missing

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.facts.trust.signature.state == "missing"
	msg := sprintf("%s: image %q is not signed: %s", [image.holder, image.raw, image.facts.trust.signature.reason])
}
