package github

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// permissions reads a word (read-all, write-all) or a map of scopes; nil where
// the file says nothing.
func permissions(n *tree.Node, path finding.Path) *pipeline.Permissions {
	if !n.IsSet() {
		return nil
	}
	p := &pipeline.Permissions{All: n.Scalar(), Scopes: []pipeline.Scope{}, Path: path}
	if n.Type() != tree.Map {
		return p
	}
	for _, m := range n.Members {
		p.Scopes = append(p.Scopes, pipeline.Scope{Name: m.Key.Text, Access: m.Value.Scalar(), Path: path.With(m.Key.Text)})
	}
	return p
}
