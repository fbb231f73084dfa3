# Package guard.lib.image says which image references are pulled from
# somewhere.
package guard.lib.image

# pulled holds for what names an image in a registry. Build stages, scratch, the
# name that Compose gives to what it builds, and the word that Istio replaces
# when it injects a proxy do not.
pulled(image) if {
	not image.stage
	image.role != "built"
	not image.injected
	[image.role, image.name] != ["base", "scratch"]
}
