package forge

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
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
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	if version := root.Get("version"); version.Scalar() != fmt.Sprint(Version) {
		return nil, &Error{line(version, root), fmt.Sprintf("version: expected %d, found %s", Version, shown(version))}
	}
	var s Snapshot
	if err := decode(root, &s); err != nil {
		return nil, err
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

func parse(data []byte) (*tree.Node, error) {
	if len(data) > maxSnapshot {
		return nil, &Error{0, fmt.Sprintf("larger than %d MiB", maxSnapshot>>20)}
	}
	text, err := tree.Decode(data)
	if err != nil {
		return nil, &Error{err.Line, err.Message}
	}
	parts := tree.ParseJSON(text)
	if len(parts) == 0 {
		return nil, &Error{0, "the text is empty"}
	}
	first := parts[0]
	switch {
	case first.Err != nil:
		return nil, &Error{first.Err.Line, first.Err.Message}
	case len(first.Problems) > 0:
		return nil, &Error{first.Problems[0].Line, first.Problems[0].Message}
	case len(parts) > 1:
		return nil, &Error{parts[1].Line, "there is more behind the snapshot's end"}
	case first.Root.Type() != tree.Map:
		return nil, &Error{int(first.Root.Line), "expected a map, found " + first.Root.Type().String()}
	}
	return first.Root, nil
}

// check is what types cannot say.
func (s *Snapshot) check(root *tree.Node) error {
	if !slices.Contains([]string{GitHubName, GitLabName}, s.Forge) {
		n := root.Get("forge")
		return &Error{line(n, root), fmt.Sprintf("forge: expected github or gitlab, found %s", shown(n))}
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

// shown is a node for messages.
func shown(n *tree.Node) string {
	if n.IsScalar() && n.Kind != tree.Null {
		text := n.Text
		if len(text) > 40 {
			text = text[:40] + "…"
		}
		return fmt.Sprintf("%q", text)
	}
	return n.Type().String()
}

func unknownKey(name string, known []string) string {
	if near := finding.Nearest(name, known); near != "" {
		return fmt.Sprintf("unknown field %q, did you mean %q?", name, near)
	}
	return fmt.Sprintf("unknown field %q, expected one of %s", name, strings.Join(known, ", "))
}
