# METADATA
# title: Workload does not say which commit it came from
# description: When something breaks, the first question is what changed. An annotation with the commit or the source answers it; one that names another commit than the image misleads.
# scope: package
# schemas:
# - input: schema.kubernetes
# related_resources:
# - ref: https://github.com/opencontainers/image-spec/blob/main/annotations.md
#   description: Annotations of images
# custom:
#   severity: medium
#   kinds: [kubernetes]
#   profiles: [strict]
#   remediation: "Annotate the workload or its Pods with org.opencontainers.image.revision: <commit>, best by the pipeline that deploys it."
#   since: 0.1.0
#   params:
#     keys:
#       type: array
#       default:
#       - org.opencontainers.image.revision
#       - org.opencontainers.image.source
#       - app.kubernetes.io/commit
#       - app.kubernetes.io/revision
#       - app.kubernetes.io/source
#       - config.kubernetes.io/origin
#       - git-commit
#       - git-revision
#       - git-sha
#       - commit
#       - commit-sha
#       - revision
#       - vcs-ref
#       description: Annotations and labels that name a commit or a source.
package guard.rules.kubernetes.traceability_missing

deny contains {"message": msg, "path": input.workload.metadata} if {
	not input.workload.fragment
	count(_said) == 0
	msg := sprintf("%s carries no annotation that names its commit or source", [input.object])
}

deny contains {"message": msg, "path": entry.path} if {
	some entry in _said
	_hex(entry.value)
	commits := {image.commit | some image in input.images; image.commit != ""}
	count(commits) > 0
	not _agrees(entry.value, commits)
	msg := sprintf("%s says commit %s, but its image is of commit %s", [input.object, entry.value, concat(", ", sort(commits))])
}

_said contains entry if {
	some list in [input.kubernetes.annotations, input.kubernetes.labels, input.workload.annotations, input.workload.labels]
	some entry in list
	entry.key in data.guard.params["kubernetes/traceability-missing"].keys
	entry.value != ""
}

_hex(value) if {
	count(value) >= 7
	trim(lower(value), "0123456789abcdef") == ""
}

_agrees(value, commits) if {
	some commit in commits
	_prefix(lower(value), lower(commit))
}

# Either may be written shorter than the other.
_prefix(a, b) if startswith(a, b)

_prefix(a, b) if startswith(b, a)
