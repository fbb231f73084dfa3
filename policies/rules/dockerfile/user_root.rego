# METADATA
# title: Image runs as root
# description: A process that breaks out of a container as root is root on the host, and inside it may change every file. A user id that does not fit into 31 bits is taken for root by some runtimes.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#user
#   description: USER in the best practices of Docker
# - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   description: Pod Security Standards
# custom:
#   severity: high
#   kinds: [dockerfile]
#   profiles: [minimal, recommended, strict]
#   remediation: "End the last stage with USER and a number that is not 0, e.g. USER 10001:10001. A program that needs root to start, such as one that gives it up with gosu, can mostly do without: listen on a port above 1024, and set owners with COPY --chown."
#   since: 0.1.0
#   frameworks: [CIS-Docker-4.1]
package guard.rules.dockerfile.user_root

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": lib.final.user.path} if {
	not lib.workbench
	not lib.must_be_root
	lib.final.user.state == "root"
	msg := sprintf("%s: the image runs as root%s: USER %s%s", [lib.final.holder, _whose, lib.final.user.value, lib.but_steps_down])
}

deny contains {"message": msg, "path": lib.final.user.path} if {
	not lib.workbench
	not lib.must_be_root
	lib.final.user.state == "out-of-range"
	msg := sprintf("%s: USER %s%s is not from 1 to 2147483647, and some runtimes take it for root", [lib.final.holder, lib.final.user.value, _whose])
}

_whose := "" if lib.final.user.stage == lib.final.index

_whose := sprintf(", as %s does", [input.dockerfile.stages[lib.final.user.stage].holder]) if lib.final.user.stage != lib.final.index
