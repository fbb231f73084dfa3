# METADATA
# title: Downloaded script is run unseen
# description: Whoever controls the server, or the connection, runs what they like in the build; a download that breaks off runs half a script.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-03-Dependency-Chain-Abuse
#   description: Dependency chain abuse
# custom:
#   severity: medium
#   kinds: [pipeline, dockerfile]
#   profiles: [recommended, strict]
#   remediation: Download a fixed version to a file, compare its checksum, then run it; or install a package or action of a fixed version.
#   since: 0.1.0
#   frameworks: [CICD-SEC-3]
package guard.rules.pipeline.download_pipe_shell

import data.guard.lib.script

# curl … | sh
deny contains {"message": _message(source, target), "path": source.path} if {
	some commands in script.scripts
	some source in commands
	script.downloads(source)
	not script.fixed(source)
	some target in commands
	target.pipe == source.pipe
	target.stage > source.stage
	script.runs_input(target)
}

# bash <(curl …), sh -c "$(curl …)"
deny contains {"message": _message(source, target), "path": source.path} if {
	some commands in script.scripts
	some source in commands
	source.inner
	script.downloads(source)
	not script.fixed(source)
	target := commands[source.parent]
	script.runs_word(target)
}

_message(source, target) := sprintf("%s runs what %s downloads, unseen", [target.name, source.name])
