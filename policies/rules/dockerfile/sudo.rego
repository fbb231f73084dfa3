# METADATA
# title: sudo in a Dockerfile
# description: Instructions run as root until USER says otherwise, so sudo does nothing there; and an image that has it lets a process become root.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#user
#   description: USER in the best practices of Docker
# custom:
#   severity: low
#   kinds: [dockerfile]
#   profiles: [recommended, strict]
#   remediation: "Do what needs root before USER, or switch with USER root and back."
#   since: 0.1.0
package guard.rules.dockerfile.sudo

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": path} if {
	not lib.workbench
	some instruction in lib.instructions
	path := [command.path | some command in instruction.commands; _sudo(command)][0]
	msg := sprintf("%s: %s uses sudo", [instruction.holder, instruction.keyword])
}

_sudo(command) if "sudo" in command.wrappers

_sudo(command) if command.name == "sudo"
