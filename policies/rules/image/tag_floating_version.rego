# METADATA
# title: Image tag is a release line that moves
# description: Tags such as 1, v1, 1.2 or bookworm are set anew with every patch release. What runs changes without a change in the file, on one node earlier than on another.
# scope: package
# schemas:
# - input: schema.input
# related_resources:
# - ref: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
#   description: Pin base image versions
# custom:
#   severity: medium
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: "Name an exact release, e.g. app:1.4.2 instead of app:1.4, and pin it by digest."
#   since: 0.1.0
#   params:
#     exact:
#       type: array
#       default: [container, init, ephemeral, volume, deployed]
#       profiles: {strict: [container, init, ephemeral, volume, deployed, base]}
#       description: Roles of images that need an exact release.
#     minor:
#       type: array
#       default: [base]
#       profiles: {strict: [service, job, action]}
#       description: Roles of images that may stay on major.minor. Images of all other roles may stay on a major release line.
#     major_only:
#       type: array
#       default:
#       - debian
#       - fedora
#       - amazonlinux
#       - centos
#       - rockylinux
#       - almalinux
#       - oraclelinux
#       - postgres
#       - openjdk
#       - eclipse-temurin
#       - amazoncorretto
#       - sapmachine
#       - "**/{debian,amazonlinux,centos,rockylinux,almalinux,postgres,openjdk,eclipse-temurin,amazoncorretto}"
#       description: Images whose release lines have one number, as patterns of their names. One number counts as major.minor.
#     two_numbers:
#       type: array
#       default: [postgres, "**/postgres", dpage/pgadmin4, "**/pause"]
#       description: Images whose exact releases have two numbers, as patterns of their names. Two numbers count as exact.
#     immutable:
#       type: array
#       default: ["registry.k8s.io/**", "k8s.gcr.io/**", "gcr.io/google_containers/**", "gcr.io/{google-samples,google_samples}/**"]
#       description: Images whose versions are never set anew, as patterns of their names.
package guard.rules.image.tag_floating_version

import data.guard.lib.tag

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.class == "floating-version"
	tag.moves(image)
	image.role != "pushed" # build/tag-mutable tells of those
	wanted := _wanted(image)
	msg := sprintf("%s: image %q stays on the release line %s, %s is expected", [image.holder, image.raw, image.version, wanted])
}

# _wanted is what should stand in place of a version that is not enough.
_wanted(image) := "an exact release" if {
	image.role in data.guard.params["image/tag-floating-version"].exact
	not _exact(image)
}

_wanted(image) := "major.minor" if {
	image.role in data.guard.params["image/tag-floating-version"].minor
	image.precision < 2
	not _named(image, data.guard.params["image/tag-floating-version"].major_only)
}

_exact(image) if _named(image, data.guard.params["image/tag-floating-version"].immutable)

_exact(image) if {
	image.precision == 2
	_named(image, data.guard.params["image/tag-floating-version"].two_numbers)
}

_named(image, patterns) if {
	some pattern in patterns
	glob.match(pattern, ["/"], image.name)
}
