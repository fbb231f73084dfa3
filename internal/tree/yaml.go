package tree

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Part is one document of a stream.
type Part struct {
	Root     *Node   // nil where Err is set, and for an empty document
	Line     int     // where the document starts, 1-based
	Err      *Error  // why it could not be read at all
	Problems []Error // what was read and is wrong all the same: duplicate keys
}

// Error is a place at which a text is not what it should be.
type Error struct {
	Line    int // 1-based; 0 where unknown
	Column  int // 1-based; 0 where unknown
	Message string
	Limit   bool // a limit was exceeded
}

// Error writes line, column and message.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

// The limits that every reader keeps. What exceeds one is an [Error] with
// Limit set.
const (
	MaxDepth    = 200       // nested collections
	MaxNodes    = 1_000_000 // nodes of one document, every use of an alias counted
	MaxBytes    = 10 << 20  // of one text
	maxKeyBytes = 64 << 10
)

// ParseYAML reads all documents of a YAML stream. A document that cannot be
// read does not keep its neighbours from being read.
func ParseYAML(text string) []Part {
	var parts []Part
	for _, chunk := range splitDocuments(text) {
		if part, ok := parseDocument(chunk); ok {
			parts = append(parts, part)
		}
	}
	return parts
}

type chunk struct {
	text string
	line int // number of the chunk's first line
}

// splitDocuments cuts a stream at its document markers, which end any scalar.
func splitDocuments(text string) []chunk {
	var chunks []chunk
	start, startLine, line := 0, 1, 1
	for offset := 0; offset < len(text); line++ {
		next := len(text)
		if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
			next = offset + i + 1
		}
		if offset > start && isMarker(text[offset:next]) {
			chunks = append(chunks, chunk{text[start:offset], startLine})
			start, startLine = offset, line
		}
		offset = next
	}
	return append(chunks, chunk{text[start:], startLine})
}

func isMarker(line string) bool {
	return strings.HasPrefix(line, "---") && (len(line) == 3 || strings.ContainsRune(" \t\r\n", rune(line[3])))
}

// parseDocument reads one document; ok is false where there is nothing in it.
func parseDocument(c chunk) (part Part, ok bool) {
	part.Line = c.line
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(c.text), &doc); err != nil {
		part.Err = yamlError(err, c.line-1)
		return part, true
	}
	if len(doc.Content) == 0 {
		return part, false
	}
	b := &yamlBuilder{offset: int32(c.line - 1), built: map[*yaml.Node]*built{}}
	root, err := b.build(doc.Content[0], 0)
	if err != nil {
		part.Err = err
		return part, true
	}
	part.Root, part.Problems = root.node, b.problems
	return part, true
}

var yamlErrorLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

func yamlError(err error, offset int) *Error {
	message := err.Error()
	var typeError *yaml.TypeError
	if errors.As(err, &typeError) && len(typeError.Errors) > 0 {
		message = typeError.Errors[0]
	}
	m := yamlErrorLine.FindStringSubmatch(message)
	line, _ := strconv.Atoi(m[1])
	return &Error{Line: line + offset, Message: m[2]}
}

// yamlBuilder turns the library's nodes into ours, once per node.
type yamlBuilder struct {
	offset   int32
	built    map[*yaml.Node]*built // anchored nodes only
	problems []Error
}

// built is a node with how many nodes it stands for, every alias expanded.
type built struct {
	node *Node
	size int
}

func (b *yamlBuilder) build(y *yaml.Node, depth int) (built, *Error) {
	if depth > MaxDepth {
		return built{}, b.limit(y, fmt.Sprintf("nested deeper than %d levels", MaxDepth))
	}
	if y.Kind == yaml.AliasNode {
		return b.alias(y)
	}
	node := &Node{Line: int32(y.Line) + b.offset, Column: int32(y.Column), Anchor: y.Anchor != ""}
	out := built{node: node, size: 1}
	if y.Anchor != "" {
		b.built[y] = nil // known, not finished: an alias inside is a loop
	}
	var err *Error
	switch y.Kind {
	case yaml.ScalarNode:
		b.scalar(node, y)
	case yaml.SequenceNode:
		node.Kind = List
		err = b.list(&out, y, depth)
	case yaml.MappingNode:
		node.Kind = Map
		err = b.mapping(&out, y, depth)
	}
	if err != nil {
		return built{}, err
	}
	if out.size > MaxNodes {
		return built{}, b.limit(y, fmt.Sprintf("more than %d values, aliases expanded", MaxNodes))
	}
	if y.Anchor != "" {
		b.built[y] = &out
	}
	return out, nil
}

func (b *yamlBuilder) alias(y *yaml.Node) (built, *Error) {
	target, known := b.built[y.Alias]
	if !known || target == nil {
		return built{}, &Error{Line: y.Line + int(b.offset), Column: y.Column, Message: fmt.Sprintf("anchor %q contains itself", y.Value)}
	}
	return *target, nil
}

func (b *yamlBuilder) limit(y *yaml.Node, message string) *Error {
	return &Error{Line: y.Line + int(b.offset), Column: y.Column, Message: "limit exceeded: " + message, Limit: true}
}

func (b *yamlBuilder) scalar(node *Node, y *yaml.Node) {
	node.Text = y.Value
	switch {
	case y.Style&yaml.LiteralStyle != 0:
		node.Style = Literal
	case y.Style&yaml.FoldedStyle != 0:
		node.Style = Folded
	case y.Style&yaml.SingleQuotedStyle != 0:
		node.Style = SingleQuoted
	case y.Style&yaml.DoubleQuotedStyle != 0:
		node.Style = DoubleQuoted
	}
	switch y.ShortTag() {
	case "!!null":
		node.Kind = Null
	case "!!bool":
		node.Kind = Bool
	case "!!int", "!!float":
		node.Kind = Number
	default:
		node.Kind = String
	}
}

func (b *yamlBuilder) list(out *built, y *yaml.Node, depth int) *Error {
	out.node.Items = make([]*Node, 0, len(y.Content))
	for _, item := range y.Content {
		child, err := b.build(item, depth+1)
		if err != nil {
			return err
		}
		out.size += child.size
		out.node.Items = append(out.node.Items, child.node)
	}
	return nil
}

func (b *yamlBuilder) mapping(out *built, y *yaml.Node, depth int) *Error {
	node := out.node
	node.Members = make([]Member, 0, len(y.Content)/2)
	seen := map[string]int{}
	var merges []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := b.build(y.Content[i], depth+1)
		if err != nil {
			return err
		}
		value, err := b.build(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		out.size += key.size + value.size
		if y.Content[i].ShortTag() == "!!merge" {
			merges = append(merges, value.node)
			continue
		}
		if !key.node.IsScalar() {
			b.problem(key.node, "a key of a map must be a scalar, found "+key.node.Kind.String())
			continue
		}
		name := key.node.Text
		if at, twice := seen[name]; twice {
			b.problem(key.node, fmt.Sprintf("key %q stands twice in this map, first on line %d", name, node.Members[at].Key.Line))
			node.Members[at] = Member{key.node, value.node}
			continue
		}
		seen[name] = len(node.Members)
		node.Members = append(node.Members, Member{key.node, value.node})
	}
	for _, merge := range merges {
		b.merge(node, seen, merge)
	}
	return nil
}

// merge adds the members of what a merge key names; a map's own members win,
// and of several merged maps the first.
func (b *yamlBuilder) merge(node *Node, seen map[string]int, from *Node) {
	switch from.Kind {
	case List:
		for _, item := range from.Items {
			b.merge(node, seen, item)
		}
	case Map:
		for _, m := range from.Members {
			if _, own := seen[m.Key.Text]; !own {
				seen[m.Key.Text] = len(node.Members)
				node.Members = append(node.Members, m)
			}
		}
	default:
		b.problem(from, "a merge key takes a map or a list of maps, found "+from.Kind.String())
	}
}

func (b *yamlBuilder) problem(n *Node, message string) {
	b.problems = append(b.problems, Error{Line: int(n.Line), Column: int(n.Column), Message: message})
}
