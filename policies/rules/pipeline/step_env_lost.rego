# METADATA
# title: Variable is lost between steps
# description: Every step runs in a shell of its own. What one exports is gone in the next.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Write it to the environment file instead, e.g. echo NAME=value >> $GITHUB_ENV."
#   since: 0.1.0
package guard.rules.pipeline.step_env_lost

deny contains {"message": msg, "path": lost.path, "related": [{"message": "exported here", "path": lost.exported}]} if {
	some lost in input.pipeline.lost
	msg := sprintf("%s needs %s, which %s exports: every step has a shell of its own, so it is lost", [lost.holder, lost.name, lost.exporter])
}
