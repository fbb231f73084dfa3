package document

import (
	"errors"
	"fmt"
	"strings"

	"guard/internal/tree"
)

// hiddenValue stands for a value of which nothing is shown.
const hiddenValue = "****"

// longAnnotation is from how many bytes on an annotation is more than a note:
// what tools keep of an object there, compressed or encoded.
const longAnnotation = 1 << 10

// RedactObject returns a Kubernetes object in JSON as it may be kept: its
// secrets are replaced, and so is, whatever it looks like, what often is one:
// values of environment variables and HTTP headers, the data of Secrets, copies
// of the object that tools keep in annotations, the value behind a flag that is
// named like a secret. Who manages which field is left out. Everything else,
// such as images, names and security contexts, stays. Where secrets may be
// unknown, since a limit was reached, or the object cannot be read, there is an
// error.
func RedactObject(object []byte, options Options) ([]byte, error) {
	whole := Load("object.json", object, options)[0]
	if whole.Concealed() {
		return nil, errors.New("redact object: a limit was reached, so secrets of it may be unknown")
	}
	parts := tree.ParseJSON(whole.Text.Text)
	if len(parts) != 1 || parts[0].Err != nil || len(parts[0].Problems) > 0 {
		return nil, errors.New("redact object: it is not one object in JSON")
	}
	text, err := (&objectRedactor{whole}).node(parts[0].Root).MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("redact object: %w", err)
	}
	return text, nil
}

// objectRedactor copies the tree of an object without its secrets.
type objectRedactor struct{ whole *Document }

func (r *objectRedactor) node(n *tree.Node) *tree.Node {
	switch n.Type() {
	case tree.String:
		return r.text(n)
	case tree.List:
		return r.list(n)
	case tree.Map:
		return r.object(n)
	}
	return n
}

func (r *objectRedactor) text(n *tree.Node) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: r.whole.Redact(n.Text)}
}

// list hides the item behind a flag that is named like a secret.
func (r *objectRedactor) list(n *tree.Node) *tree.Node {
	copied := &tree.Node{Kind: tree.List}
	behind := false
	for _, item := range n.Items {
		text, isText := item.Str()
		if isText && behind {
			item = hide(item)
		}
		behind = isText && strings.HasPrefix(text, "-") && natureOf(strings.TrimLeft(text, "-")) != noSecret
		copied.Items = append(copied.Items, r.node(item))
	}
	return copied
}

func (r *objectRedactor) object(n *tree.Node) *tree.Node {
	copied := &tree.Node{Kind: tree.Map}
	isSecret := n.Get("kind").Scalar() == "Secret"
	for _, m := range n.Members {
		switch value, name := m.Value, m.Key.Text; {
		case name == "managedFields":
		case isSecret && (name == "data" || name == "stringData"):
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: hideAll(value)})
		case name == "env" || name == "httpHeaders":
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: r.node(hideValues(value))})
		case name == "annotations":
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: r.annotations(value)})
		case value.Type() == tree.String && value.Text != "" && natureOf(name) != noSecret:
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: hide(value)})
		default:
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: r.node(value)})
		}
	}
	return copied
}

func (r *objectRedactor) annotations(n *tree.Node) *tree.Node {
	if n.Type() != tree.Map {
		return r.node(n)
	}
	copied := &tree.Node{Kind: tree.Map}
	for _, m := range n.Members {
		value := m.Value
		if name := m.Key.Text; strings.Contains(name, "applied") || len(value.Scalar()) >= longAnnotation || natureOf(name) != noSecret {
			value = hide(value)
		}
		copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: r.node(value)})
	}
	return copied
}

// hide replaces a scalar; what is none, or null, stays.
func hide(n *tree.Node) *tree.Node {
	if !n.IsScalar() || !n.IsSet() {
		return n
	}
	return &tree.Node{Kind: tree.String, Text: hiddenValue}
}

// hideAll replaces every scalar below a node.
func hideAll(n *tree.Node) *tree.Node {
	copied := &tree.Node{Kind: n.Type()}
	switch n.Type() {
	case tree.List:
		for _, item := range n.Items {
			copied.Items = append(copied.Items, hideAll(item))
		}
	case tree.Map:
		for _, m := range n.Members {
			copied.Members = append(copied.Members, tree.Member{Key: m.Key, Value: hideAll(m.Value)})
		}
	default:
		return hide(n)
	}
	return copied
}

// hideValues replaces "value" in the items of a list, and the values of a map,
// as some kinds write their variables.
func hideValues(n *tree.Node) *tree.Node {
	copied := &tree.Node{Kind: n.Type()}
	switch n.Type() {
	case tree.List:
		for _, item := range n.Items {
			if item.Type() != tree.Map {
				copied.Items = append(copied.Items, hideAll(item))
				continue
			}
			entry := &tree.Node{Kind: tree.Map}
			for _, m := range item.Members {
				value := m.Value
				if m.Key.Text == "value" {
					value = hideAll(value)
				}
				entry.Members = append(entry.Members, tree.Member{Key: m.Key, Value: value})
			}
			copied.Items = append(copied.Items, entry)
		}
		return copied
	case tree.Map:
		return hideAll(n)
	}
	return hide(n)
}
