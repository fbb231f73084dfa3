package document

import (
	"guard/internal/finding"
	"guard/internal/tree"
)

// Written returns the node that path leads to as it stands in the file, with
// nothing redacted. Exact is false where there is nothing at the path, and then
// the node is the deepest one on the way.
func (d *Document) Written(path finding.Path) (node *tree.Node, exact bool) {
	if d.original != nil {
		return d.original.At(path)
	}
	return d.Value.At(path)
}
