# Package guard.lib.registry says what registries know of images.
package guard.lib.registry

# runs_as says where an image runs as a user of some states: "" on every
# platform, " on linux/arm64" on some; undefined where it does on none. Windows
# knows no root.
runs_as(image, states) := _where(names, _unix(image)) if {
	names := [p.name | some p in _unix(image); p.user_state in states]
	count(names) > 0
}

_unix(image) := [p | some p in image.facts.platforms; p.os != "windows"]

_where(names, all) := "" if count(names) == count(all)

_where(names, all) := sprintf(" on %s", [concat(", ", names)]) if count(names) < count(all)

# running are the roles of images that are run as they are.
running := {"container", "init", "ephemeral", "deployed"}
