# METADATA
# title: Image was built from a commit that the repository does not have
# description: The image names this repository and a commit that is not in it, or that no branch or tag holds. It was built from something that nobody reviewed, or whose history was rewritten. A shallow clone cannot tell.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://slsa.dev/spec/v1.1/verifying-artifacts
#   description: Verifying artifacts, by SLSA
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   needs: [registry]
#   remediation: "Build the image from a commit on a branch. Where the branch was deleted after it was squashed, build the image from the commit that was merged."
#   since: 0.1.0
package guard.rules.provenance.unknown_commit

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.own
	some commit in image.facts.commits
	commit.state in {"missing", "unreached", "no commit"}
	msg := sprintf("%s: image %q says by its %s that it was built from commit %s: %s", [image.holder, image.raw, commit.from, commit.id, commit.reason])
}
