# METADATA
# title: Program started through a shell
# description: In shell form a shell is the first process of the container. It does not hand signals on, so a stop waits for its time limit and then kills; and behind an ENTRYPOINT in shell form CMD is ignored.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/reference/build-checks/json-args-recommended/
#   description: The same check in BuildKit
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [recommended, strict]
#   remediation: "Write a JSON array: CMD [\"node\", \"server.js\"]. Where a shell is needed, let it make way: CMD exec node server.js --port=\"$PORT\"."
#   since: 0.1.0
package guard.rules.dockerfile.shell_form

deny contains {"message": msg, "path": instruction.path} if {
	instruction := input.dockerfile.entrypoint
	_through_shell(instruction)
	msg := sprintf("%s: ENTRYPOINT in shell form, so %s gets no signals, and CMD is ignored", [instruction.holder, _program(instruction)])
}

# Where CMD uses what only a shell can do, the shell is there on purpose.
deny contains {"message": msg, "path": instruction.path} if {
	instruction := input.dockerfile.command
	_through_shell(instruction)
	not _needs_shell(instruction)
	not _is_shell(instruction.commands[0])
	msg := sprintf("%s: CMD in shell form, so %s gets no signals", [instruction.holder, _program(instruction)])
}

_through_shell(instruction) if {
	instruction.shell
	count(instruction.commands) > 0
	every command in instruction.commands {
		not "exec" in command.wrappers
	}
}

_needs_shell(instruction) if count(instruction.commands) > 1

_needs_shell(instruction) if {
	some command in instruction.commands
	count(command.assigns) + count(command.redirects) > 0
}

_needs_shell(instruction) if {
	some command in instruction.commands
	some word in command.args
	not word.known
}

# Whoever starts a shell to type in wants a shell.
_is_shell(command) if {
	command.name in {"sh", "bash", "ash", "zsh"}
	count(command.args) == 0
}

_program(instruction) := name if {
	name := instruction.commands[0].name
	name != ""
} else := "the program"
