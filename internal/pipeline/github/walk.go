package github

import (
	"guard/internal/finding"
	"guard/internal/tree"
)

// walkTexts calls visit for every scalar below n that has a text. The path is
// reused: who keeps it must copy it.
func walkTexts(n *tree.Node, path finding.Path, visit func(finding.Path, string)) {
	switch n.Type() {
	case tree.List:
		for i, item := range n.Items {
			walkTexts(item, append(path, finding.Index(i)), visit)
		}
	case tree.Map:
		for _, m := range n.Members {
			walkTexts(m.Value, append(path, finding.Key(m.Key.Text)), visit)
		}
	default:
		if text := n.Scalar(); text != "" {
			visit(path, text)
		}
	}
}
