# METADATA
# title: Tag rule that never fires
# description: Nothing that starts this pipeline can make the rule yield a tag, so the image never gets the tag that the file promises.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Add the trigger that the rule waits for, or take the rule out. A rule of type=semver waits for a pushed Git tag."
#   since: 0.1.0
package guard.rules.build.dead_tag_rule

deny contains {"message": msg, "path": tag.path} if {
	some tag in input.pipeline.dead_tags
	msg := sprintf("the rule %q never yields a tag: no trigger of this workflow can fire it", [tag.text])
}
