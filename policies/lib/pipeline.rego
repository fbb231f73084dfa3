# METADATA
# scope: package
# schemas:
# - input: schema.pipeline
package guard.lib.pipeline

# uses lists every action and reusable workflow that a pipeline runs.
uses := array.concat(
	[job.uses | some job in input.pipeline.jobs; job.uses != null],
	[step.uses | some job in input.pipeline.jobs; some step in job.steps; step.uses != null],
)

# scripts lists the scripts of a pipeline.
scripts := [step.script | some job in input.pipeline.jobs; some step in job.steps; step.script != null]

# secret_uses lists what scripts do with secrets.
secret_uses := [use | some script in scripts; some use in script.secrets]

# commands lists the shell commands of a job.
commands(job) := [command | some step in job.steps; step.script != null; some command in step.script.commands]

# inputs lists what the steps of a job hand to an action, each as an object of
# inputs by name.
inputs(job, action) := [{given.name: given | some given in step.with} |
	some step in job.steps
	step.uses.name == action
]

# holder names a step for messages; the steps of an action stand in no job.
holder(job, step) := sprintf("job %s, %s", [job.id, step.holder]) if input.pipeline.form != "action"

holder(_, step) := step.holder if input.pipeline.form == "action"
