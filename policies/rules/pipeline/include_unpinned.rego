# METADATA
# title: Included pipeline file can change
# description: Whoever can move the ref, or replace the remote file, changes what this pipeline runs with this project's secrets.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.gitlab.com/ci/pipeline_security/#secure-external-cicd-configuration
#   description: Securing what is included
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Give the commit SHA or an exact version as ref, and an integrity hash (sha256-…) to a remote file.
#   since: 0.1.0
#   frameworks: [CICD-SEC-3, SSDF-PO.3]
#   params:
#     accept_exact_versions:
#       type: boolean
#       default: true
#       profiles: {strict: false}
#       description: Whether a ref such as v1.2.3 is enough; only a commit cannot be moved.
package guard.rules.pipeline.include_unpinned

deny contains {"message": msg, "path": include.path} if {
	some include in input.pipeline.includes
	include.kind in {"project", "component", "remote"}
	not include.pinned
	not _is_release(include)
	not _is_unknown(include)
	msg := sprintf("the included %s %s %s", [include.kind, include.name, _fault(include)])
}

_is_release(include) if {
	include.exact
	data.guard.params["pipeline/include-unpinned"].accept_exact_versions
}

# A variable in the ref may well be a commit.
_is_unknown(include) if contains(include.ref, "$")

_fault(include) := "has no integrity hash, so it may be another file tomorrow" if include.kind == "remote"

_fault(include) := "has no ref, so it follows the default branch" if {
	include.kind != "remote"
	include.ref == ""
}

_fault(include) := sprintf("is taken at %q, which may be moved", [include.ref]) if include.ref != ""
