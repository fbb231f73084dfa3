# METADATA
# title: Pull request's own code runs with the repository's rights
# description: pull_request_target and workflow_run start with secrets and a token that writes. A checkout of the pull request then runs what a stranger wrote with both.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: critical
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Use pull_request, or split the work; build without rights, and let another workflow without a checkout do what needs them."
#   since: 0.1.0
#   frameworks: [CICD-SEC-4]
package guard.rules.pipeline.dangerous_trigger

deny contains {"message": msg, "path": step.path} if {
	some trigger in input.pipeline.triggers
	some i, job in input.pipeline.jobs
	_started(trigger.event, i)
	some j, step in job.steps
	code := _strangers_code(step, trigger.event)
	_runs_something(array.slice(job.steps, j, count(job.steps)))
	msg := sprintf("job %s, %s checks out the code of whoever opens a pull request (%s) in a run by %s", [job.id, step.holder, code, trigger.event])
}

# _started holds where a stranger's run by an event starts a job for certain.
# Of workflow_run it is enough that it may: a condition on how the other
# workflow ended keeps nobody out.
_started(event, job) if {
	some run in input.pipeline.runs
	run.event == event
	some started in run.jobs
	started.index == job
	[run.situation, started.runs] in [["fork", "yes"], ["other", "yes"], ["other", "unknown"]]
}

_strangers_code(step, event) := sprintf("%s: %s", [inputs[0].name, inputs[0].value]) if {
	step.uses.name == "actions/checkout"
	inputs := [given | some given in step.with; given.name in {"ref", "repository"}; _is_strangers(given.value, event)]
}

_strangers_code(step, "pull_request_target") := "gh pr checkout" if {
	some command in step.script.commands
	command.name == "gh"
	[arg.text | some arg in array.slice(command.args, 0, 2)] == ["pr", "checkout"]
}

# _runs_something holds where a script, an action of the checkout, or the build
# of an image may run the code.
_runs_something(steps) if {
	some step in steps
	step.script != null
}

_runs_something(steps) if {
	some step in steps
	step.uses.kind == "local"
}

_runs_something(steps) if {
	some step in steps
	some activity in input.pipeline.activities
	activity.path == step.uses.path
	activity.kind in {"build", "test", "lint", "install", "opaque"}
}

_is_strangers(text, event) if {
	some stranger in _strangers[event]
	contains(text, stranger)
}

_strangers := {
	"pull_request_target": ["github.event.pull_request.head.", "github.head_ref", "github.event.pull_request.merge_commit_sha", "refs/pull/", "github.event.number"],
	"workflow_run": ["github.event.workflow_run.head_"],
}
