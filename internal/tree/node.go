package tree

import "guard/internal/finding"

// Kind says what a [Node] is.
type Kind uint8

// The kinds. A nil *Node has kind Absent.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	List
	Map
)

// String names the kind for messages: "a list".
func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "a list", "a map"}[k]
}

// Style says how a scalar is written.
type Style uint8

// The styles. Collections and JSON scalars that are not strings are Plain.
const (
	Plain Style = iota
	SingleQuoted
	DoubleQuoted
	Literal // a YAML block scalar behind |
	Folded  // a YAML block scalar behind >
)

// Node is one part of a document. Nodes are immutable once built; they may be
// shared (a YAML alias and its anchor are one node, which stands at the
// anchor). Every method works on a nil *Node, which is what a missing part is.
type Node struct {
	Kind    Kind
	Style   Style
	Anchor  bool     // the node carries an anchor, so others may refer to it
	Line    int32    // 1-based; 0 where the node was not read from a file
	Column  int32    // 1-based, in characters
	Indent  int32    // of a block scalar: how many blanks its lines lost
	Text    string   // the value of a string; the text as written of any other scalar (1.10, yes, 0x1F)
	Items   []*Node  // of a List
	Members []Member // of a Map: in the file's order, then what merge keys bring; no key twice
	Tag     string   // the tag as written, "!reference" or "!!str"; "" where none is

	// Lookup is where each key stands in Members. The readers fill it for
	// maps too large to be searched; nil elsewhere.
	Lookup map[string]int32
}

// Member is one key of a map with its value.
type Member struct {
	Key   *Node // a scalar; Key.Text is the name
	Value *Node
}

// Dig follows keys downwards.
func (n *Node) Dig(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Item returns item i of a list, or nil.
func (n *Node) Item(i int) *Node {
	if n == nil || n.Kind != List || i < 0 || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// Type returns the node's kind, Absent for nil.
func (n *Node) Type() Kind {
	if n == nil {
		return Absent
	}
	return n.Kind
}

// IsSet tells whether there is a value that is not null.
func (n *Node) IsSet() bool { return n != nil && n.Kind != Null && n.Kind != Absent }

// IsScalar tells whether the node is a string, number, boolean or null.
func (n *Node) IsScalar() bool { return n != nil && n.Kind >= Null && n.Kind <= String }

// Scalar returns the text of any scalar but null, and "" for everything else.
// A number keeps the form it was written in, so the tag 1.10 stays "1.10".
func (n *Node) Scalar() string {
	if n == nil || n.Kind < Bool || n.Kind > String {
		return ""
	}
	return n.Text
}

// Str returns the value of a string.
func (n *Node) Str() (text string, ok bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// At follows a path. Where a step leads nowhere it stops; deepest is the last
// node reached, and found tells whether that is the path's end. A span step
// stays at its scalar.
func (n *Node) At(path finding.Path) (deepest *Node, found bool) {
	for _, step := range path {
		next := n
		if key, ok := step.Key(); ok {
			next = n.Get(key)
		} else if i, ok := step.Index(); ok {
			next = n.Item(i)
		}
		if next == nil {
			return n, false
		}
		n = next
	}
	return n, n != nil
}

// Walk calls visit for n and every node below it, with its path, parents
// first. Visit returns whether to go deeper. A shared node is visited once for
// every place it is used at, so the number of visits is bounded by the limit
// on expanded nodes that the readers keep.
func (n *Node) Walk(path finding.Path, visit func(finding.Path, *Node) bool) {
	if n == nil || !visit(path, n) {
		return
	}
	for i, item := range n.Items {
		item.Walk(path.With(i), visit)
	}
	for _, m := range n.Members {
		m.Value.Walk(path.With(m.Key.Text), visit)
	}
}
