package strict

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/tree"
)

// Decode reads a tree into a struct by the names of its json tags, and wants
// each field exactly as it is spelt, once, and unless it is omitempty there.
// encoding/json is laxer in each of these, and knows no lines. Into points to a
// struct of structs, slices, maps of strings, pointers, strings, booleans, ints,
// int64s and times; a type with a method Check() error is asked whether it is whole.
func Decode(root *tree.Node, into any) *Error {
	d := decoder{}
	d.value(root, reflect.ValueOf(into).Elem(), nil)
	return d.err
}

// decoder keeps the first error.
type decoder struct{ err *Error }

func (d *decoder) fail(n *tree.Node, path finding.Path, format string, args ...any) {
	if d.err != nil {
		return
	}
	message := fmt.Sprintf(format, args...)
	if len(path) > 0 {
		message = path.String() + ": " + message
	}
	d.err = &Error{int(n.Line), message}
}

func (d *decoder) value(n *tree.Node, into reflect.Value, path finding.Path) {
	if d.err != nil {
		return
	}
	if t, ok := into.Addr().Interface().(*time.Time); ok {
		d.time(n, t, path)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(n, into.Elem(), path)
	case reflect.Struct:
		d.object(n, into, path)
	case reflect.Slice:
		d.list(n, into, path)
	case reflect.Map:
		d.texts(n, into, path)
	case reflect.String:
		if d.kind(n, tree.String, path) {
			into.SetString(n.Text)
		}
	case reflect.Bool:
		if d.kind(n, tree.Bool, path) {
			into.SetBool(n.Text == "true")
		}
	case reflect.Int, reflect.Int64:
		d.number(n, into, path)
	default:
		panic("strict: there is no reading a " + into.Type().String())
	}
}

func (d *decoder) kind(n *tree.Node, want tree.Kind, path finding.Path) bool {
	if n.Type() == want {
		return true
	}
	d.fail(n, path, "expected %s, found %s", want, n.Type())
	return false
}

func (d *decoder) number(n *tree.Node, into reflect.Value, path finding.Path) {
	if !d.kind(n, tree.Number, path) {
		return
	}
	i, ok := n.Int()
	if into.Kind() == reflect.Int64 && !ok {
		d.fail(n, path, "expected a whole number, found %s", Shown(n))
		return
	}
	if into.Kind() == reflect.Int && (!ok || i < math.MinInt32 || i > math.MaxInt32) {
		d.fail(n, path, "expected a whole number below 2147483648, found %s", Shown(n))
		return
	}
	into.SetInt(i)
}

func (d *decoder) time(n *tree.Node, into *time.Time, path finding.Path) {
	if !d.kind(n, tree.String, path) {
		return
	}
	t, err := time.Parse(time.RFC3339, n.Text)
	if err != nil {
		d.fail(n, path, "expected a time such as 2006-01-02T15:04:05Z, found %s", Shown(n))
		return
	}
	*into = t
}

func (d *decoder) list(n *tree.Node, into reflect.Value, path finding.Path) {
	if !d.kind(n, tree.List, path) {
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		d.value(item, into.Index(i), path.With(i))
	}
}

// texts reads a map whose keys are free, and whose values are strings.
func (d *decoder) texts(n *tree.Node, into reflect.Value, path finding.Path) {
	if !d.kind(n, tree.Map, path) {
		return
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(n.Members)))
	for _, m := range n.Members {
		if at := path.With(m.Key.Text); d.kind(m.Value, tree.String, at) {
			into.SetMapIndex(reflect.ValueOf(m.Key.Text), reflect.ValueOf(m.Value.Text))
		}
	}
}

func (d *decoder) object(n *tree.Node, into reflect.Value, path finding.Path) {
	if !d.kind(n, tree.Map, path) {
		return
	}
	names, optional := Fields(into.Type())
	for _, m := range n.Members {
		i := slices.Index(names, m.Key.Text)
		if i < 0 {
			d.fail(m.Key, path, "%s", unknownKey(m.Key.Text, names))
			return
		}
		d.value(m.Value, into.Field(i), path.With(m.Key.Text))
	}
	for i, name := range names {
		if !optional[i] && n.Get(name) == nil {
			d.fail(n, path, "lacks the field %q", name)
		}
	}
	if fact, ok := into.Interface().(interface{ Check() error }); ok {
		if err := fact.Check(); err != nil {
			d.fail(n, path, "%v", err)
		}
	}
}

// Fields are the names of a struct's fields as JSON has them, and which of them
// may be missing.
func Fields(t reflect.Type) (names []string, optional []bool) {
	for i := range t.NumField() {
		name, rest, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
		optional = append(optional, rest == "omitempty")
	}
	return names, optional
}
