# METADATA
# title: Image is pushed without provenance
# description: Nothing that can be checked says which pipeline built the image of which commit, so anybody with access to the registry can put another one in its place.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.docker.com/build/metadata/attestations/
#   description: Attestations of BuildKit
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Attest it with actions/attest-build-provenance, sign it with cosign, or leave provenance of docker/build-push-action switched on."
#   since: 0.1.0
#   frameworks: [SLSA-Build-L1, SSDF-PS.3]
package guard.rules.build.provenance_missing

import data.guard.lib.run

deny contains {"message": msg, "path": push.path} if {
	some push in input.pipeline.pushes
	count(run.certain(push.runs)) > 0
	count(push.builds) > 0
	every index in push.builds {
		input.pipeline.activities[index].provenance == "no"
	}
	not _attested
	msg := sprintf("%s: %s pushes an image without provenance, and nothing attests or signs it", [push.holder, push.tool])
}

# It is enough that something in the pipeline signs or attests, or may do so.
_attested if {
	some activity in input.pipeline.activities
	activity.kind in _kinds
}

_attested if {
	some activity in input.pipeline.activities
	activity.like in _kinds
}

_kinds := {"sign", "attest"}
