# METADATA
# title: Sources copied before dependencies are installed
# description: Every change of any file makes the build install all dependencies again.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/cache/optimize/#order-your-layers
#   description: Order of layers
# custom:
#   severity: info
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Copy the files that name the dependencies, install them, and copy the rest afterwards."
#   since: 0.1.0
package guard.rules.dockerfile.cache_order

deny contains {"message": msg, "path": instruction.path} if {
	some stage in input.dockerfile.stages
	some i, instruction in stage.instructions
	instruction.context
	not instruction.on_build
	not _installed(stage, i)
	manager := _installed(stage, count(stage.instructions))
	msg := sprintf("%s: everything is copied before %s installs the dependencies", [stage.holder, manager])
}

# _installed names the program that first installs what the project's files ask
# for, among so many first instructions.
_installed(stage, instructions) := [use.manager |
	some i, instruction in stage.instructions
	i < instructions
	not _mounts(instruction)
	some use in instruction.packages
	use.project
][0]

_mounts(instruction) if {
	some flag in instruction.flags
	flag.key == "mount"
}
