package github

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/tree"
)

// jobShell says which shell the scripts of a job run in.
type jobShell struct {
	root, job *tree.Node
}

// of returns what shell: says for a step: its own, the job's default, the
// workflow's; "" where none says anything and the runner decides. On a runner
// that is plainly Windows that is pwsh.
func (s jobShell) of(step *tree.Node) string {
	for _, n := range []*tree.Node{
		step.Get("shell"), s.job.Dig("defaults", "run", "shell"), s.root.Dig("defaults", "run", "shell"),
	} {
		if n.Scalar() != "" {
			return n.Scalar()
		}
	}
	if s.windows() {
		return "pwsh"
	}
	return ""
}

// directory returns what working-directory: says for a step: its own, the
// job's default, the workflow's.
func (s jobShell) directory(step *tree.Node) string {
	for _, n := range []*tree.Node{
		step.Get("working-directory"), s.job.Dig("defaults", "run", "working-directory"), s.root.Dig("defaults", "run", "working-directory"),
	} {
		if n.Scalar() != "" {
			return n.Scalar()
		}
	}
	return ""
}

func (s jobShell) windows() bool {
	labels := scalars(s.job.Get("runs-on"))
	return slices.ContainsFunc(labels, func(label string) bool {
		return strings.HasPrefix(strings.ToLower(label), "windows")
	})
}

// reader returns how scripts in this shell are read; ok is false where it is
// no POSIX-like shell. Name is shell: as written, which may be a command line
// such as "bash -euo pipefail {0}".
func shellReader(name string) (reader shell.Reader, ok bool) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return shell.Reader{Errexit: true}, true
	}
	reader.Errexit = len(words) == 1
	switch path.Base(words[0]) {
	case "bash":
		reader.Pipefail = len(words) == 1
	case "sh", "dash", "ash":
		reader.Dialect = shell.POSIX
	default:
		return reader, false
	}
	for i, word := range words[1:] {
		short := strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--")
		reader.Errexit = reader.Errexit || short && strings.Contains(word, "e") || word == "errexit" && strings.HasSuffix(words[i], "o")
		reader.Trace = reader.Trace || short && strings.Contains(word, "x")
		reader.Pipefail = reader.Pipefail || word == "pipefail" && strings.HasSuffix(words[i], "o")
	}
	return reader, true
}
