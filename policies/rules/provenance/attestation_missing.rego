# METADATA
# title: Image lacks an attestation
# description: "The trust policy of the configuration demands an attestation of the image, such as provenance, a bill of materials, a verdict or an approval, and it is not attached, or it does not hold: signed by somebody else, about something else, or saying something else than is demanded."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://slsa.dev/attestation-model
#   description: Software attestations, by SLSA
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: []
#   needs: [registry, trust-policy]
#   remediation: "Attach the attestation after the image is pushed: actions/attest-build-provenance, cosign attest, guard check --attest or guard approve. guard verify IMAGE shows what is there."
#   since: 0.1.0
package guard.rules.provenance.attestation_missing

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	some attestation in image.facts.trust.attestations
	what := sprintf(_verdicts[attestation.state], [attestation.name, attestation.predicate_type])
	msg := sprintf("%s: image %q %s, which the trust policy demands: %s", [image.holder, image.raw, what, attestation.reason])
}

_verdicts := {
	"missing": "lacks the attestation %q (%s)",
	"refused": "has no attestation %q (%s) that holds",
}
