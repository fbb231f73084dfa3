# METADATA
# title: Waiver is not valid
# description: A waiver without a rule, a reason or an end has no effect, and its author believes that it has.
# scope: package
# schemas:
# - input: schema.project
# custom:
#   severity: high
#   kinds: [project]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: "Write rule, reason and end: guard:ignore image/tag-latest until=2027-01-31 -- why it is acceptable until then."
#   since: 0.1.0
package guard.rules.analysis.waiver_invalid

deny contains {"message": msg, "path": waiver.path, "file": waiver.file} if {
	some waiver in input.waivers
	waiver.state == "invalid"
	msg := concat(": ", [_name(waiver), waiver.reason])
}

_name(waiver) := sprintf("waiver for %s", [waiver.rule]) if waiver.rule != ""

_name(waiver) := "waiver" if waiver.rule == ""
