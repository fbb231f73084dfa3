# Package guard.lib.image says which image references are pulled from
# somewhere.
package guard.lib.image

# pulled holds for what names an image in a registry. Build stages, scratch,
# and the name that Compose gives to what it builds do not.
pulled(image) if {
	not image.stage
	image.role != "built"
	[image.role, image.name] != ["base", "scratch"]
}
