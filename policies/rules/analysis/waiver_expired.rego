# METADATA
# title: Waiver has ended
# description: The finding it excused counts again. A waiver that nobody renews was either forgotten or is no longer needed.
# scope: package
# schemas:
# - input: schema.project
# custom:
#   severity: medium
#   kinds: [project]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: "Fix what it excuses and remove it, or renew it with a new date and a reason that still holds."
#   since: 0.1.0
package guard.rules.analysis.waiver_expired

deny contains {"message": msg, "path": waiver.path, "file": waiver.file} if {
	some waiver in input.waivers
	waiver.state == "expired"
	msg := concat(": ", [_name(waiver), waiver.reason])
}

_name(waiver) := sprintf("waiver for %s", [waiver.rule]) if waiver.rule != ""

_name(waiver) := "waiver" if waiver.rule == ""
