# METADATA
# title: Dependencies without a lock file
# description: Without a lock file every run installs what is newest at the moment, tested by nobody.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: []
#   remediation: "Install what the lock file says, e.g. npm ci, pip install --require-hashes, uv sync --locked."
#   since: 0.1.0
#   frameworks: [CICD-SEC-3]
package guard.rules.pipeline.unlocked_install

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.lock == "no"
	msg := sprintf("job %s: %s installs whatever is newest", [input.pipeline.jobs[activity.job].id, activity.tool])
}
