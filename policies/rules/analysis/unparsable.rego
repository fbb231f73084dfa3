# METADATA
# title: File cannot be read as what it is
# description: What cannot be read is not checked, and often the tool it was written for refuses it too.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*", file]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: Correct the syntax, or keep the file out of the check with .guardignore.
#   since: 0.1.0
package guard.rules.analysis.unparsable

deny contains {"message": msg, "path": problem.path} if {
	some problem in input.unparsable
	msg := sprintf("cannot be read: %s", [problem.message])
}
