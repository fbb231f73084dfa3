# METADATA
# title: Part of a file could not be followed
# description: What could not be followed was not checked. It is named here, so that nobody takes it for good; --strict makes it an error.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: info
#   kinds: ["*", file]
#   profiles: [minimal, recommended, strict, pss-baseline, pss-restricted]
#   remediation: Check what the template or include becomes, e.g. the rendered manifests, beside the source.
#   since: 0.1.0
package guard.rules.analysis.incomplete

deny contains {"message": msg, "path": problem.path} if {
	some problem in input.incomplete
	msg := sprintf("not checked whole: %s", [problem.message])
}
