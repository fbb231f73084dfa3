package document

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// beforeProduction are words that name other environments than production.
var beforeProduction = []string{"dev", "development", "test", "testing", "qa", "uat", "preview", "previews", "sandbox", "review", "nonprod", "preprod"}

// production tells by the names of an object, of what it deploys and where to,
// and of the directories it lies in, whether it is for production. The first
// name that speaks of an environment decides.
func (r *reader) production(root, deployed place) pipeline.Fact {
	destination := deployed.get("spec", "destination")
	names := []string{
		destination.get("namespace").node.Scalar(), destination.get("name").node.Scalar(),
		root.node.Dig("metadata", "name").Scalar(), deployed.node.Dig("metadata", "name").Scalar(),
	}
	for _, key := range []string{"environment", "env", "tier", "stage"} {
		names = append(names, root.node.Dig("metadata", "labels", key).Scalar(), deployed.node.Dig("metadata", "labels", key).Scalar())
	}
	names = append(names, root.node.Dig("metadata", "namespace").Scalar(), deployed.node.Dig("spec", "project").Scalar(),
		deployed.node.Dig("spec", "source", "path").Scalar(), r.whereItLies())
	for _, name := range names {
		switch tier := flow.Tier(r.load.options.Pipelines.Environments, name); {
		case tier == flow.Production:
			return pipeline.Fact{Holds: "yes"}
		case tier != "" || speaksOfAnother(name):
			return pipeline.Fact{Holds: "no"}
		}
	}
	return unknownFact(fmt.Sprintf("no name of %s says which environment it is for", r.doc.GitOps.Kind))
}

// whereItLies are the directories of the file, and its own name where that is
// one word: live.yaml may be of production, live-state.yaml is of a state.
func (r *reader) whereItLies() string {
	dir, base := path.Split(r.load.source.File)
	if name := strings.TrimSuffix(base, path.Ext(base)); !strings.ContainsAny(name, "-_. ") {
		return dir + name
	}
	return dir
}

func speaksOfAnother(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return strings.ContainsRune("-_/ .:", c) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(beforeProduction, word) })
}

func unknownFact(reason string) pipeline.Fact { return pipeline.Fact{Holds: "unknown", Reason: reason} }
