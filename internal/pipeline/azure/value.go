package azure

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// value is a part of the pipeline once templates are inserted and the
// expressions of ${{ … }} are replaced, as far as the files say what they are.
// It is immutable.
type value struct {
	kind    tree.Kind
	text    string       // of a scalar
	path    finding.Path // into the file that is read; of what a template brings, that of the template: line
	own     bool         // text is what stands at path, so that places within it are right
	from    *origin
	when    *guard // under which it is there at all; nil: always
	members []member
	open    bool // conditions or loops bring members into the map
	items   []*value
}

type member struct {
	key   string
	value *value
}

// origin is a file, and how the pipeline comes to it.
type origin struct {
	file  string
	at    finding.Path // of the template: line in the file that is read; nil for that file itself
	depth int          // templates that lie between
}

func (o *origin) isOwn() bool { return o.at == nil }

func (v *value) isSet() bool { return v != nil && v.kind != tree.Absent && v.kind != tree.Null }

func (v *value) isMap() bool { return v != nil && v.kind == tree.Map }

func (v *value) isList() bool { return v != nil && v.kind == tree.List }

func (v *value) isScalar() bool { return v.isSet() && !v.isMap() && !v.isList() }

// scalar is the text of a scalar; "" for everything else.
func (v *value) scalar() string {
	if !v.isScalar() {
		return ""
	}
	return v.text
}

// get returns a member. Of several that different conditions insert it is the
// first. Where there is none, the result is not set, and its path is where it
// would stand.
func (v *value) get(key string) *value {
	var first *value
	for _, m := range v.list() {
		switch {
		case m.key != key:
		case m.value.when == nil:
			return m.value
		case first == nil:
			first = m.value
		}
	}
	if first != nil {
		return first
	}
	return &value{path: v.place(key), from: v.origin()}
}

// list is the members of a map.
func (v *value) list() []member {
	if v == nil {
		return nil
	}
	return v.members
}

func (v *value) has(key string) bool { return v.get(key).isSet() }

// place is where a member stands or would stand.
func (v *value) place(key string) finding.Path {
	if v == nil {
		return finding.NewPath(key)
	}
	if v.from == nil || v.from.isOwn() {
		return v.path.With(key)
	}
	return v.path
}

func (v *value) origin() *origin {
	if v == nil {
		return nil
	}
	return v.from
}

// under returns the value as it stands below a condition.
func (v *value) under(when *guard) *value {
	if when == nil {
		return v
	}
	copied := *v
	copied.when = when.and(v.when)
	return &copied
}

// all lists the items of a list, each below the conditions of the list itself;
// a single value is a list of one.
func (v *value) all() []*value {
	switch {
	case v.isList():
		items := make([]*value, len(v.items))
		for i, item := range v.items {
			items[i] = item.under(v.when)
		}
		return items
	case v.isSet():
		return []*value{v}
	}
	return nil
}

// isTrue tells whether a scalar says yes in YAML or as an expression does.
func (v *value) isTrue() bool { return strings.EqualFold(v.scalar(), "true") }
