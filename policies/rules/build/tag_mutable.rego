# METADATA
# title: Pushed tag moves
# description: A branch, a channel or a release line names another image after every push, so whoever deploys it cannot say what runs.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Push a tag that holds the commit or an exact release, and deploy that one."
#   since: 0.1.0
package guard.rules.build.tag_mutable

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.role == "pushed"
	image.class in {"branch", "channel", "floating-version"}
	msg := sprintf("%s pushes %s, whose tag is a %s and moves", [image.holder, image.raw, _names[image.class]])
}

_names := {"branch": "branch", "channel": "channel", "floating-version": "release line"}
