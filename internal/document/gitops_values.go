package document

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// valuesImages adds the images that the values of a Helm release set: maps
// with repository and tag or digest, as charts have them. A repository
// without either gets what the chart says, which is not known here.
func (r *reader) valuesImages(values place) {
	values.node.Walk(values.path, func(path finding.Path, n *tree.Node) bool {
		if n.Kind == tree.Map && r.spend(values) {
			r.valuesImage(place{node: n, path: path})
		}
		return *r.left > 0
	})
}

func (r *reader) valuesImage(at place) {
	name := at.node.Get("repository").Scalar()
	if name == "" || strings.ContainsAny(name, " @") || strings.Contains(name, "://") {
		return
	}
	if registry := at.node.Get("registry").Scalar(); registry != "" {
		name = registry + "/" + name
	}
	raw, deciding := name, place{}
	if tag := at.get("tag"); tag.node.Scalar() != "" {
		raw, deciding = raw+":"+tag.node.Scalar(), tag
	}
	if digest := at.get("digest"); digest.node.Scalar() != "" {
		raw, deciding = raw+"@"+digest.node.Scalar(), digest
	}
	if deciding.path != nil {
		r.deployed(raw, deciding, name)
	}
}
