# METADATA
# scope: package
# description: Finds the shell commands of pipelines and Dockerfiles alike.
# schemas:
# - input: schema.any
package guard.lib.script

# scripts lists the commands of every script; a script's commands refer to each
# other by number.
scripts := array.concat(
	[step.script.commands | some job in input.pipeline.jobs; some step in job.steps; step.script != null],
	[instruction.commands | some stage in input.dockerfile.stages; some instruction in stage.instructions],
)

# downloads holds for a program that writes what it downloads to its output.
downloads(command) if command.name in {"curl", "wget", "fetch", "http", "https"}

# fixed holds for a file of a commit on GitHub, which is the same for ever.
fixed(command) if {
	some word in command.args
	regex.match(`githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/`, word.text)
}

fixed(command) if {
	some word in command.args
	contains(word.text, "githubusercontent.com/")
	some name in word.variables
	some job in input.pipeline.jobs
	some step in job.steps
	some own in step.script.commands
	own.path == command.path
	some variable in step.env
	variable.name == name
	regex.match(`^[0-9a-f]{40}$`, variable.value)
}

# runs_input holds for a command that runs the program it reads.
runs_input(command) if {
	command.name in {"sh", "bash", "dash", "ash", "ksh", "zsh"}
	_reads_program(command.args)
}

runs_input(command) if {
	_is_interpreter(command.name)
	count(command.args) == 0
}

runs_input(command) if {
	_is_interpreter(command.name)
	command.args[0].text == "-"
}

_reads_program(args) if {
	every arg in args {
		startswith(arg.text, "-")
		arg.text != "-c"
	}
}

_reads_program(args) if {
	some arg in args
	arg.text in {"-s", "/dev/stdin"}
}

_is_interpreter(name) if name in {"perl", "ruby", "node", "php"}

_is_interpreter(name) if startswith(name, "python")

# runs_word holds for a command that runs what one of its words is replaced by:
# bash <(…), sh -c "$(…)", eval "$(…)".
runs_word(command) if {
	command.name in {"source", ".", "eval"}
	_is_replaced(command.args[0].text)
}

runs_word(command) if {
	command.name in {"sh", "bash", "dash", "ash", "ksh", "zsh"}
	startswith(command.args[0].text, "<(")
}

runs_word(command) if {
	command.name in {"sh", "bash", "dash", "ash", "ksh", "zsh"}
	some i
	command.args[i].text == "-c"
	_is_replaced(command.args[i + 1].text)
}

_is_replaced(text) if {
	some start in ["$(", "<(", "`"]
	startswith(text, start)
}
