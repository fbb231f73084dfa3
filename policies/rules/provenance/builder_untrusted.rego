# METADATA
# title: Image was built by what is not allowed
# description: "Signed provenance says which machine, which workflow and which event built the image. A build that an outsider can start, or one on a machine of somebody's own, can put anything into it. Judged are images of your own with provenance that the trust policy demands and accepts; of several, one must hold. Addresses are compared part by part: https://github.com/acme is not https://github.com/acme-evil."
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://slsa.dev/spec/v1.1/verifying-artifacts
#   description: Verifying artifacts, by SLSA
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   needs: [registry, trust-policy]
#   remediation: "Build the image by the workflow that is allowed, from a branch or a tag, and deploy that one. Where another builder is wanted too, add it to the parameters."
#   since: 0.1.0
#   params:
#     builders:
#       type: array
#       default: []
#       description: "Builders that are allowed, with all that is below them: https://github.com/actions/runner/github-hosted. Any where the list is empty."
#     workflows:
#       type: array
#       default: []
#       description: "Workflows that are allowed, and from which refs: https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v*, https://github.com/acme. Any where the list is empty."
#     triggers:
#       type: array
#       default: []
#       description: "Events that may start a build: push, schedule. Any but those of outsiders where the list is empty."
#     outsiders:
#       type: array
#       default: [pull_request, pull_request_target, issue_comment, merge_request_event, external_pull_request_event]
#       description: Events that people without write access can cause, and that may not start a build unless triggers names them.
package guard.rules.provenance.builder_untrusted

import data.guard.lib.place

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	faults := [_faults(origin) | some origin in image.facts.trust.origins]
	every fault in faults {
		count(fault) > 0
	}
	msg := sprintf("%s: image %q was built by what is not allowed: %s", [image.holder, image.raw, concat(" and ", faults[0])])
}

_faults(origin) := {sprintf("%s %s", [what, _said(origin[what])]) |
	some what in {"builder", "workflow", "trigger"}
	not _allowed(what, origin[what])
}

_said(value) := sprintf("%q", [value]) if value != ""

_said("") := "that its provenance does not name"

_allowed("builder", _) if count(_builders) == 0

_allowed("builder", value) if place.within(value, _builders)

_allowed("workflow", _) if count(_workflows) == 0

_allowed("workflow", value) if place.within(value, _workflows)

_allowed("trigger", value) if value in _triggers

_allowed("trigger", value) if {
	count(_triggers) == 0
	not value in _outsiders
}

_builders := data.guard.params["provenance/builder-untrusted"].builders

_workflows := data.guard.params["provenance/builder-untrusted"].workflows

_triggers := data.guard.params["provenance/builder-untrusted"].triggers

_outsiders := data.guard.params["provenance/builder-untrusted"].outsiders
