package github

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// use reads what uses: names: owner/repository[/path]@ref, ./path or $/path of
// the same repository, or docker://image. Remote is what a name in another
// repository is: "action" in a step, "workflow" in a job.
func use(raw string, path finding.Path, remote string) *pipeline.Use {
	u := &pipeline.Use{Raw: raw, Kind: remote, Path: path}
	if strings.HasPrefix(raw, "docker://") {
		u.Kind = "docker"
		return u
	}
	name, ref, _ := strings.Cut(raw, "@")
	u.Name, u.Ref = name, ref
	if isLocal(name) {
		u.Kind = "local"
		return u
	}
	u.Owner, _, _ = strings.Cut(name, "/")
	u.Pinned = pipeline.IsCommit(ref)
	return u
}

// isLocal tells whether a name stands for something in the same repository:
// in the checked out files (./), or at the commit that is running ($/).
func isLocal(name string) bool {
	return name == "." || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "$/")
}
