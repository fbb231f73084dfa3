package document

import (
	"reflect"

	"guard/internal/finding"
)

// conceal replaces the secrets of a file in everything that rules, and what
// they write, can see of its documents, and lets the documents redact what is
// said of them. Only [Secret.Value] and the source keep them.
func conceal(documents []*Document) {
	r := newRedactor(documents)
	for _, d := range documents {
		d.redactor = r
	}
	if len(r.secrets) == 0 {
		return
	}
	c := concealer{redactor: r, seen: map[uintptr]bool{}}
	for _, d := range documents {
		c.value(reflect.ValueOf(d).Elem())
	}
}

// concealer walks a model and redacts its strings.
type concealer struct {
	redactor *redactor
	seen     map[uintptr]bool // by address, as nodes may be shared
}

var pathType = reflect.TypeFor[finding.Path]()

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
	if v.IsNil() || c.seen[v.Pointer()] {
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

// fields leaves out what has no place in the JSON form, and a map's keys,
// which paths go by.
func (c concealer) fields(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && field.Tag.Get("json") != "-" && field.Name != "Key" {
			c.value(v.Field(i))
		}
	}
}
