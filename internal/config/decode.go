package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// decoder reads a tree into typed values and collects what is wrong.
type decoder struct {
	file string
	errs Errors
}

// field is one key of a map and what is done with its value.
type field struct {
	key  string
	read func(cursor)
}

// cursor is a node with the way to it.
type cursor struct {
	node *tree.Node
	path finding.Path
}

func (d *decoder) place(c cursor) Place {
	p := Place{File: d.file, Path: c.path}
	if c.node != nil {
		p.Line, p.Column = int(c.node.Line), int(c.node.Column)
	}
	return p
}

func (d *decoder) fail(c cursor, format string, args ...any) {
	d.errs = append(d.errs, &Error{Place: d.place(c), Message: fmt.Sprintf(format, args...)})
}

func (c cursor) name() string {
	if len(c.path) == 0 {
		return "the configuration"
	}
	return c.path.String()
}

// fields reads a map whose keys are fixed.
func (d *decoder) fields(c cursor, fields ...field) {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	d.members(c, func(key string, at, value cursor) {
		i := slices.Index(keys, key)
		if i < 0 {
			d.unknown(at, "key", key, keys)
			return
		}
		fields[i].read(value)
	})
}

// members reads a map with any keys. A null value is no value: the key is
// left out.
func (d *decoder) members(c cursor, read func(key string, at, value cursor)) {
	if c.node.Type() != tree.Map {
		d.wrongType(c, "a map")
		return
	}
	for _, m := range c.node.Members {
		path := c.path.With(m.Key.Text)
		if m.Value.IsSet() {
			read(m.Key.Text, cursor{m.Key, path}, cursor{m.Value, path})
		}
	}
}

func (d *decoder) items(c cursor, read func(cursor)) {
	if c.node.Type() != tree.List {
		d.wrongType(c, "a list")
		return
	}
	for i, item := range c.node.Items {
		read(cursor{item, c.path.With(i)})
	}
}

func (d *decoder) wrongType(c cursor, want string) {
	d.fail(c, "%s: expected %s, found %s", c.name(), want, c.node.Type())
}

func (d *decoder) unknown(c cursor, what, name string, known []string) {
	if near := finding.Nearest(name, known); near != "" {
		d.fail(c, "unknown %s %q, did you mean %q?", what, name, near)
		return
	}
	d.fail(c, "unknown %s %q, expected one of %s", what, name, strings.Join(known, ", "))
}

func (d *decoder) str(into *string) func(cursor) {
	return func(c cursor) {
		text, ok := c.node.Str()
		if !ok {
			d.wrongType(c, "a string")
			return
		}
		*into = text
	}
}

// text reads a string that may not be empty.
func (d *decoder) text(into *string) func(cursor) {
	return func(c cursor) {
		d.str(into)(c)
		if c.node.Kind == tree.String && strings.TrimSpace(*into) == "" {
			d.fail(c, "%s: expected a text, found an empty one", c.name())
		}
	}
}

func (d *decoder) strs(into *[]string) func(cursor) {
	return func(c cursor) {
		*into = []string{}
		d.items(c, func(item cursor) {
			var text string
			d.text(&text)(item)
			*into = append(*into, text)
		})
	}
}

// choice reads a string that is one of a few.
func (d *decoder) choice(what string, into *string, known ...string) func(cursor) {
	return func(c cursor) {
		var text string
		d.str(&text)(c)
		if c.node.Kind == tree.String && !slices.Contains(known, text) {
			d.unknown(c, what, text, known)
			return
		}
		*into = text
	}
}

// value turns a node into what encoding/json would decode, numbers as
// json.Number. A number that JSON does not have, such as .inf, is a string.
func value(n *tree.Node) any {
	switch n.Type() {
	case tree.Map:
		m := make(map[string]any, len(n.Members))
		for _, member := range n.Members {
			m[member.Key.Text] = value(member.Value)
		}
		return m
	case tree.List:
		l := make([]any, len(n.Items))
		for i, item := range n.Items {
			l[i] = value(item)
		}
		return l
	case tree.Bool:
		b, _ := n.Bool()
		return b
	case tree.Number:
		if number, ok := n.JSONNumber(); ok {
			return json.Number(number)
		}
		return n.Text
	case tree.String:
		return n.Text
	}
	return nil
}
