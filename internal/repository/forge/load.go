package forge

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"guard/internal/tree"
	"guard/internal/tree/strict"
)

// maxSnapshot is how large a snapshot may be, in bytes.
const maxSnapshot = 8 << 20

// Error is what is wrong with the text of a snapshot.
type Error struct {
	Line    int // 1-based; 0 where the whole text is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return "not a snapshot: " + e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

// Load reads what [Snapshot.Write] has written, at most 8 MiB, strictly: an
// unknown, missing or repeated field, a wrong type, another version is an
// [*Error] with its line.
func Load(data []byte) (*Snapshot, error) {
	root, bad := strict.Parse(data, maxSnapshot)
	if bad != nil {
		return nil, &Error{bad.Line, bad.Message}
	}
	if version := root.Get("version"); version.Scalar() != fmt.Sprint(Version) {
		return nil, &Error{line(version, root), fmt.Sprintf("version: expected %d, found %s", Version, strict.Shown(version))}
	}
	var s Snapshot
	if bad := strict.Decode(root, &s); bad != nil {
		return nil, &Error{bad.Line, bad.Message}
	}
	if err := s.check(root); err != nil {
		return nil, err
	}
	return &s, nil
}

// Write writes the snapshot as indented JSON, the same bytes for the same
// facts.
func (s *Snapshot) Write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(s)
}

// check is what types cannot say.
func (s *Snapshot) check(root *tree.Node) error {
	if !slices.Contains([]string{GitHubName, GitLabName}, s.Forge) {
		n := root.Get("forge")
		return &Error{line(n, root), fmt.Sprintf("forge: expected github or gitlab, found %s", strict.Shown(n))}
	}
	if s.Repository == "" || s.Host == "" {
		return &Error{line(root.Get("repository"), root), "repository and host may not be empty"}
	}
	seen := map[string]bool{}
	for i, e := range s.Environments {
		at := root.Get("environments").Item(i)
		if problem := e.problem(); problem != "" {
			return &Error{line(at, root), fmt.Sprintf("environments[%d]: %s", i, problem)}
		}
		key := s.nameKey(e.Name)
		if seen[key] {
			return &Error{line(at, root), fmt.Sprintf("environments[%d]: %q is there already", i, e.Name)}
		}
		seen[key] = true
	}
	return nil
}

func (e *Environment) problem() string {
	if e.Name == "" {
		return "name: expected a text, found an empty one"
	}
	if n, known := e.RequiredApprovals.Get(); known && n < 0 {
		return fmt.Sprintf("required_approvals: expected 0 or more, found %d", n)
	}
	refs, known := e.Branches.Get()
	if known && !slices.Contains([]string{RefsAll, RefsProtected, RefsPatterns, RefsNotOffered}, refs.Policy) {
		return fmt.Sprintf("branches: unknown policy %q", refs.Policy)
	}
	return ""
}

func line(n, or *tree.Node) int {
	if n == nil {
		n = or
	}
	return int(n.Line)
}
