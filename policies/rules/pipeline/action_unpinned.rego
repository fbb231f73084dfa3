# METADATA
# title: Action is not pinned to a commit
# description: A tag or branch of somebody else's repository can be moved to other code at any time, and that code runs with the job's token and secrets.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
#   description: Using third-party actions
# - ref: https://github.com/slsa-framework/slsa-github-generator#referencing-slsa-builders-and-generators
#   description: A builder that has to be referenced by tag
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Write the full commit SHA behind the @, and the version in a comment, e.g. owner/action@<40 hex digits> # v2.1.0."
#   since: 0.1.0
#   frameworks: [CICD-SEC-3, SSDF-PO.3]
#   params:
#     first_party_owners:
#       type: array
#       default: [actions, github]
#       description: Owners whose tags are trusted.
#     tag_only:
#       type: array
#       default: ["slsa-framework/slsa-github-generator/.github/workflows/*@v*.*.*"]
#       description: "What can only be named by its release, as patterns of name@ref: this builder checks that it was called by a tag, and fails at a commit."
package guard.rules.pipeline.action_unpinned

import data.guard.lib.pipeline

deny contains {"message": msg, "path": use.path} if {
	some use in pipeline.uses
	not use.pinned
	not _is_first_party(use.owner)
	not _takes_tags_only(use)
	msg := sprintf("%s %s is taken %s, which may be other code tomorrow", [_names[use.kind], use.name, _ref(use.ref)])
}

_is_first_party(owner) if {
	some known in data.guard.params["pipeline/action-unpinned"].first_party_owners
	lower(known) == lower(owner)
}

_takes_tags_only(use) if {
	some pattern in data.guard.params["pipeline/action-unpinned"].tag_only
	glob.match(pattern, ["/"], sprintf("%s@%s", [use.name, use.ref]))
}

# _names are the kinds that have a ref.
_names := {"action": "action", "workflow": "reusable workflow"}

_ref(ref) := "at no ref" if ref == ""

_ref(ref) := sprintf("at %q", [ref]) if ref != ""
