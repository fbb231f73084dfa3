package gitlab

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// changed answers changes:. Pipelines that no push to a branch and no merge
// request started have nothing to compare with; there the clause holds.
func (c *fileClause) changed(in *context) logic.Answer {
	switch {
	case c.other:
		return logic.Maybe("which files changed is not known")
	case !isMergeRequest(in.run) && (in.run.Tag != "" || in.run.Event != eventPush):
		return logic.Yes
	case slices.Contains(c.paths, "**/*"), slices.Contains(c.paths, "**"):
		return logic.Yes
	case len(c.paths) == 0:
		return logic.No
	}
	return logic.Maybe("which files changed is not known")
}

// exist answers exists: where every path is a plain one and the files beside
// the pipeline can be asked for.
func (c *fileClause) exist(in *context) logic.Answer {
	if c.other {
		return logic.Maybe("which files another project holds is not known")
	}
	result := logic.No
	for _, name := range c.paths {
		result = logic.Or(result, in.lookup.has(name))
	}
	return result
}

// neighbours reads files of the project by their path from its root; nil
// where nobody can.
type neighbours func(path string) ([]byte, error)

// has tells whether a file exists.
func (n neighbours) has(name string) logic.Answer {
	clean := path.Clean(strings.TrimPrefix(name, "/"))
	if n == nil || strings.ContainsAny(name, "*?[{$") || !fs.ValidPath(clean) {
		return logic.Maybe("whether " + name + " exists is not known")
	}
	switch _, err := n(clean); {
	case err == nil:
		return logic.Yes
	case errors.Is(err, fs.ErrNotExist):
		return logic.No
	}
	return logic.Maybe("whether " + name + " exists is not known")
}

// context is what the conditions of one job, or of the whole pipeline, are
// evaluated in.
type context struct {
	run    flow.Run
	lookup neighbours
	worth  func(name string) worth
	before func(name string) worth // the same, before any file is included: none of its variables
}
