# METADATA
# scope: package
# schemas:
# - input: schema.dockerfile
package guard.lib.dockerfile

# final is the stage that the image is made of; undefined where no stage could
# be read.
final := stage if {
	some stage in input.dockerfile.stages
	stage.final
}

# root is the stage at which the final one's chain begins: its FROM names an
# image.
root := input.dockerfile.stages[final.chain[count(final.chain) - 1]]

# shipped are the instructions whose result is part of the image.
shipped contains instruction if {
	some index in final.chain
	some instruction in input.dockerfile.stages[index].instructions
	not instruction.on_build
}

# instructions are those of all stages.
instructions contains instruction if {
	some stage in input.dockerfile.stages
	some instruction in stage.instructions
}

# workbench holds for the Dockerfile of a development container, whose user is
# set elsewhere and which nobody deploys.
workbench if input.dockerfile.use == "workbench"

# must_be_root holds for a GitHub action, which cannot write to its workspace
# as another user.
must_be_root if input.dockerfile.use == "action"

# started are the instructions that say what a container starts.
started contains input.dockerfile.entrypoint if input.dockerfile.entrypoint != null

started contains input.dockerfile.command if input.dockerfile.command != null

# steps_down names the program that gives root up once the container runs.
steps_down contains wrapper if {
	some instruction in started
	some command in instruction.commands
	some wrapper in command.wrappers
	wrapper in {"gosu", "su-exec"}
}

# but_steps_down is the end of a message about root.
but_steps_down := "" if count(steps_down) == 0

but_steps_down := sprintf(", and %s gives root up only once the container runs", [concat(", ", steps_down)]) if count(steps_down) > 0
