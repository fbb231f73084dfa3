package policy

import (
	"slices"

	"guard/internal/document"
)

// anyKind stands in METADATA for every kind that holds images.
const anyKind = "*"

var imageKinds = []document.Kind{document.KindDockerfile, document.KindKubernetes, document.KindCompose, document.KindPipeline, document.KindGitOps}

// kindNames lists what METADATA may say under kinds.
func kindNames() []string {
	names := []string{anyKind}
	for _, kind := range document.Kinds {
		names = append(names, string(kind))
	}
	return names
}

// appliesTo tells whether a rule of these kinds is evaluated on documents of
// one.
func appliesTo(kinds []string, kind document.Kind) bool {
	return slices.Contains(kinds, string(kind)) || slices.Contains(kinds, anyKind) && slices.Contains(imageKinds, kind)
}
