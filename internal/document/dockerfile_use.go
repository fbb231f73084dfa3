package document

import (
	"path"
	"slices"
	"strings"

	"guard/internal/tree"
)

// workbenches are the directories that hold development containers.
var workbenches = []string{".devcontainer", ".codesandbox", ".gitpod", ".vscode"}

// dockerUse says what an image is for, where that is not to be deployed: a
// development container, or a GitHub action.
func (l *loader) dockerUse() string {
	dirs := strings.Split(path.Dir(l.source.File), "/")
	switch {
	case slices.ContainsFunc(dirs, func(dir string) bool { return slices.Contains(workbenches, dir) }):
		return "workbench"
	case strings.HasPrefix(path.Base(l.source.File), ".gitpod."):
		return "workbench"
	case l.besideAction():
		return "action"
	}
	return ""
}

// besideAction tells whether a GitHub action that runs a Dockerfile stands in
// the same directory.
func (l *loader) besideAction() bool {
	if l.options == nil || l.options.Lookup == nil {
		return false
	}
	for _, name := range []string{"action.yml", "action.yaml"} {
		text, err := l.options.Lookup(path.Join(path.Dir(l.source.File), name))
		if err == nil && len(text) <= maxActionBytes && runsDockerfile(string(text), path.Base(l.source.File)) {
			return true
		}
	}
	return false
}

// maxActionBytes is how long an action.yml may be.
const maxActionBytes = 256 << 10

func runsDockerfile(action, name string) bool {
	for _, part := range tree.ParseYAML(action) {
		runs := part.Root.Get("runs")
		if strings.EqualFold(runs.Get("using").Scalar(), "docker") && path.Base(runs.Get("image").Scalar()) == name {
			return true
		}
	}
	return false
}
