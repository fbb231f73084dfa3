package strict

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// Error is what is wrong with a text.
type Error struct {
	Line    int // 1-based; 0 where the whole text is meant
	Message string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

// Parse reads the one JSON object that a text of at most some bytes holds.
func Parse(data []byte, most int) (*tree.Node, *Error) {
	if len(data) > most {
		return nil, &Error{0, fmt.Sprintf("larger than %d MiB", most>>20)}
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
		return nil, &Error{parts[1].Line, "there is more behind its end"}
	case first.Root.Type() != tree.Map:
		return nil, &Error{int(first.Root.Line), "expected a map, found " + first.Root.Type().String()}
	}
	return first.Root, nil
}

// Shown is a node for messages.
func Shown(n *tree.Node) string {
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
