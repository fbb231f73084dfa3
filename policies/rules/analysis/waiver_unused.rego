# METADATA
# title: Waiver excuses nothing
# description: What it excused is gone, so it only waits to excuse something else.
# scope: package
# schemas:
# - input: schema.project
# custom:
#   severity: low
#   kinds: [project]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: "Remove the waiver."
#   since: 0.1.0
package guard.rules.analysis.waiver_unused

deny contains {"message": msg, "path": waiver.path, "file": waiver.file} if {
	some waiver in input.waivers
	waiver.state == "unused"
	msg := concat(": ", [_name(waiver), waiver.reason])
}

_name(waiver) := sprintf("waiver for %s", [waiver.rule]) if waiver.rule != ""

_name(waiver) := "waiver" if waiver.rule == ""
