# METADATA
# title: Compilers in the image that is shipped
# description: Compilers and headers make the image larger, and help whoever breaks into it.
# scope: package
# schemas:
# - input: schema.dockerfile
# related_resources:
# - ref: https://docs.docker.com/build/building/multi-stage/
#   description: Multi-stage builds
# custom:
#   severity: info
#   kinds: [dockerfile]
#   profiles: [strict]
#   remediation: "Build in a stage of its own and copy the result, or remove the tools in the RUN that installs them."
#   since: 0.1.0
#   params:
#     tools:
#       type: array
#       default: [gcc, g++, gcc-c++, clang, make, cmake, build-essential, build-base, libc-dev, libc6-dev, musl-dev, glibc-devel, linux-headers, kernel-devel, python3-dev, python-dev, python3-devel, autoconf, automake, bison, flex, ninja-build, rust, cargo, golang, maven, gradle]
#       description: Packages that are taken as build tools.
package guard.rules.dockerfile.build_tools_in_final

import data.guard.lib.dockerfile as lib

deny contains {"message": msg, "path": use.path} if {
	not lib.workbench
	some instruction in lib.shipped
	some use in instruction.packages
	not use.removed
	tools := {name | some name in use.names; name in data.guard.params["dockerfile/build-tools-in-final"].tools}
	count(tools) > 0
	msg := sprintf("%s: %s installs %s into the image that is shipped", [instruction.holder, use.manager, concat(", ", tools)])
}
