# METADATA
# title: Signature of an image is not trusted
# description: "Something is signed about the image, and none of it is by whom the trust policy of the configuration names, or it does not hold. An image that is deployed and that no entry of the policy is for is not trusted either, whoever has signed it: guard verify gives the same answer."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.sigstore.dev/cosign/verifying/verify/
#   description: Verifying signatures with cosign
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry, trust-policy]
#   remediation: "Find out who has pushed the image: guard verify IMAGE shows what is signed. Where it is one of yours, build and sign it again; where it is to be trusted, give it an entry in the trust policy."
#   since: 0.1.0
#   frameworks: [CICD-SEC-9, CIS-Docker-4.12, SSDF-PS.2]
#   params:
#     need-entry:
#       type: array
#       default: [container, init, ephemeral, volume, deployed]
#       description: "Roles of images that some entry of the trust policy must be for: what runs. Of base, service, job and action images only those are judged that an entry is for."
package guard.rules.provenance.signature_untrusted

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.facts.trust.signature.state == "refused"
	msg := sprintf("%s: the signature of image %q is not trusted: %s", [image.holder, image.raw, image.facts.trust.signature.reason])
}

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.facts.trust.state == "untrusted"
	image.role in data.guard.params["provenance/signature-untrusted"]["need-entry"]
	msg := sprintf("%s: no entry of the trust policy is for image %q, so it is not trusted", [image.holder, image.raw])
}
