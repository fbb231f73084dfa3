# METADATA
# title: Wait for a rollout has no time limit
# description: >-
#   Without a limit of its own a wait may last until the job is ended from outside, and then nothing behind it runs: no
#   rollback, no message. The same holds for a limit that is no shorter than the job's.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Set --timeout, e.g. kubectl rollout status deployment/NAME --timeout=5m, below the time limit of the job."
#   since: 0.1.0
#   params:
#     tools:
#       type: array
#       default: [kubectl rollout status, argocd app wait]
#       description: "Tools that wait without an end, or for very long, unless they are told a limit; oc is taken as kubectl."
package guard.rules.deploy.rollout_timeout_missing

deny contains {"message": msg, "path": activity.path} if {
	some activity in _waits
	activity.limit == ""
	msg := sprintf("job %s: %s waits without a time limit", [input.pipeline.jobs[activity.job].id, activity.tool])
}

deny contains {"message": msg, "path": activity.path} if {
	some activity in _waits
	job := input.pipeline.jobs[activity.job]
	regex.match(`^[0-9]{1,6}$`, job.timeout.value)
	regex.match(`^[0-9]{1,6}[smh]$`, activity.limit)
	time.parse_duration_ns(activity.limit) >= to_number(job.timeout.value) * time.parse_duration_ns("1m")
	msg := sprintf("job %s: %s waits for up to %s, and the job ends after %s minutes", [job.id, activity.tool, activity.limit, job.timeout.value])
}

_waits := [activity |
	some activity in input.pipeline.activities
	activity.kind == "wait"
	activity.tool in data.guard.params["deploy/rollout-timeout-missing"].tools
]
