# Package guard.lib.tag says whose tags are judged.
package guard.lib.tag

import data.guard.lib.image as lib

# moves holds for an image that may be another one tomorrow: by its tag, and
# without a digest.
moves(image) if {
	image.mutable
	lib.pulled(image)
}
