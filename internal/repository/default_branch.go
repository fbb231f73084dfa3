package repository

import (
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// DefaultBranch returns the name of the branch that the repository's remote
// takes for its main one. Where the clone does not say, it is main or master,
// whichever alone of the two there is; "" where nobody can tell.
func (r *Repository) DefaultBranch() string {
	head, err := r.git.Reference(plumbing.NewRemoteHEADReferenceName("origin"), false)
	if err == nil && head.Type() == plumbing.SymbolicReference {
		if name, ok := branchName(head.Target()); ok {
			return name
		}
	}
	branches, err := r.Branches()
	if err != nil {
		return ""
	}
	hasMain, hasMaster := slices.Contains(branches, "main"), slices.Contains(branches, "master")
	switch {
	case hasMain && !hasMaster:
		return "main"
	case hasMaster && !hasMain:
		return "master"
	}
	return ""
}
