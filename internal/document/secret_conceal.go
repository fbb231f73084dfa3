package document

import (
	"reflect"

	"guard/internal/finding"
	"guard/internal/tree"
)

// conceal replaces the secrets of a file in everything that rules, and what
// they write, can see of its documents, and lets the documents redact what is
// said of them. Only [Secret.Value] and the source keep them.
func conceal(documents []*Document, r *redactor) {
	for _, d := range documents {
		d.redactor = r
	}
	if len(r.secrets) == 0 {
		return
	}
	c := concealer{redactor: r, seen: map[uintptr]bool{}}
	nodes := nodeConcealer{redactor: r, done: map[*tree.Node]*tree.Node{}}
	for _, d := range documents {
		d.original = d.Value
		d.Value = nodes.node(d.Value)
		c.value(reflect.ValueOf(d).Elem())
	}
}

// nodeConcealer copies what of a tree holds a secret; the rest is shared.
// Places in the file are told by the original, whose scalars are as they are
// written.
type nodeConcealer struct {
	redactor *redactor
	done     map[*tree.Node]*tree.Node // as a YAML alias and its anchor are one node
}

func (c nodeConcealer) node(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	if shown, ok := c.done[n]; ok {
		return shown
	}
	shown := *n
	shown.Text = c.redactor.redact(n.Text)
	if !c.items(&shown) && !c.members(&shown) && shown.Text == n.Text {
		c.done[n] = n
		return n
	}
	c.done[n] = &shown
	return &shown
}

// items replaces the items of a list where one of them changes.
func (c nodeConcealer) items(n *tree.Node) (changed bool) {
	items := make([]*tree.Node, len(n.Items))
	for i, item := range n.Items {
		items[i] = c.node(item)
		changed = changed || items[i] != item
	}
	if changed {
		n.Items = items
	}
	return changed
}

// members replaces the values of a map where one of them changes. Keys stay,
// as paths go by them.
func (c nodeConcealer) members(n *tree.Node) (changed bool) {
	members := make([]tree.Member, len(n.Members))
	for i, m := range n.Members {
		members[i] = tree.Member{Key: m.Key, Value: c.node(m.Value)}
		changed = changed || members[i].Value != m.Value
	}
	if changed {
		n.Members = members
	}
	return changed
}

// concealer walks a model and redacts its strings.
type concealer struct {
	redactor *redactor
	seen     map[uintptr]bool // by address, as parts may be shared
}

var (
	pathType = reflect.TypeFor[finding.Path]()
	nodeType = reflect.TypeFor[tree.Node]()
)

func (c concealer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		c.text(v)
	case reflect.Pointer:
		c.pointer(v)
	case reflect.Slice, reflect.Array:
		c.items(v)
	case reflect.Struct:
		c.fields(v)
	}
}

func (c concealer) text(v reflect.Value) {
	if v.CanSet() {
		v.SetString(redactURLs(c.redactor.redact(v.String())))
	}
}

func (c concealer) pointer(v reflect.Value) {
	if v.IsNil() || c.seen[v.Pointer()] || v.Type().Elem() == nodeType {
		return
	}
	c.seen[v.Pointer()] = true
	c.value(v.Elem())
}

func (c concealer) items(v reflect.Value) {
	if v.Type() == pathType {
		return
	}
	for i := range v.Len() {
		c.value(v.Index(i))
	}
}

// fields leaves out what has no place in the JSON form.
func (c concealer) fields(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && field.Tag.Get("json") != "-" {
			c.value(v.Field(i))
		}
	}
}
