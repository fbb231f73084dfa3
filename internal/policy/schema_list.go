package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// SchemaField is a field of the input of rules.
type SchemaField struct {
	Path string // as Rego reaches it: input.images[_].tag
	Type string // string, integer, boolean, array, object, any; with "or null" where it may be null

	Values []string // all that there are, where that is known
}

// SchemaNames lists the schemas: one for every kind of document, "input" for
// what all kinds have, "any" for what some kind has.
func SchemaNames() []string { return slices.Sorted(maps.Keys(buildSchemas())) }

// SchemaFields lists every field of the input that a schema describes, in the
// order of their paths. A type inside itself is listed once.
func SchemaFields(name string) ([]SchemaField, error) {
	schema, ok := buildSchemas()[name]
	if !ok {
		return nil, fmt.Errorf("there is no schema %q%s", name, didYouMean(name, SchemaNames()))
	}
	definitions, _ := schema["definitions"].(map[string]any)
	l := schemaLister{definitions: definitions}
	l.list("input", schema, nil)
	slices.SortFunc(l.fields, func(a, b SchemaField) int { return strings.Compare(a.Path, b.Path) })
	return l.fields, nil
}

// SchemaValues lists all values that a field of the input may have, by its path
// in a schema; none where they are not known.
func SchemaValues(name, path string) ([]string, error) {
	fields, err := SchemaFields(name)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if f.Path == path {
			return slices.Clone(f.Values), nil
		}
	}
	return nil, fmt.Errorf("schema %s has no field %s", name, path)
}

type schemaLister struct {
	definitions map[string]any
	fields      []SchemaField
}

// list adds the fields below a path; within are the definitions it is in.
func (l *schemaLister) list(path string, schema map[string]any, within []string) {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/definitions/")
		target, _ := l.definitions[name].(map[string]any)
		if slices.Contains(within, name) {
			return
		}
		within, schema = append(slices.Clone(within), name), target
	}
	if items, ok := schema["items"].(map[string]any); ok {
		l.list(path+"[_]", items, within)
		return
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		property, _ := properties[key].(map[string]any)
		values, _ := property["enum"].([]string)
		l.fields = append(l.fields, SchemaField{path + "." + key, l.typeName(property), values})
		l.list(path+"."+key, property, within)
	}
}

func (l *schemaLister) typeName(schema map[string]any) string {
	if _, isRef := schema["$ref"]; isRef {
		return "object"
	}
	switch t := schema["type"].(type) {
	case string:
		if items, ok := schema["items"].(map[string]any); ok && t == "array" {
			return "array of " + l.typeName(items)
		}
		return t
	case []any:
		return fmt.Sprint(t[0]) + " or null"
	}
	if anyOf, ok := schema["anyOf"].([]any); ok && len(anyOf) > 0 {
		first, _ := anyOf[0].(map[string]any)
		return l.typeName(first) + " or null"
	}
	return "any"
}
