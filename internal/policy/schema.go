package policy

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/tree"
)

// The schemas besides those of the kinds: what documents of all kinds have in
// common, which rules for several kinds see; and all that any kind has, for
// shared modules that look at several models.
const (
	inputName = "input"
	anyName   = "any"
)

// ownFields are the fields of a document that only some kinds have.
var ownFields = map[string][]document.Kind{
	"kubernetes": {document.KindKubernetes},
	"workload":   {document.KindKubernetes},
	"dockerfile": {document.KindDockerfile},
	"compose":    {document.KindCompose},
	"pipeline":   {document.KindPipeline},
	"gitops":     {document.KindGitOps},
	"text":       {document.KindFile},
	"waivers":    {document.KindProject},
	"changes":    {document.KindProject},
}

// Schemas returns the JSON schemas of the input of rules, by name: one for
// every kind of document, "input" for what all kinds have, and "any" for what
// some kind has. They come from the Go structs, so they cannot be behind them.
func Schemas() map[string][]byte {
	schemas := map[string][]byte{}
	for name, schema := range buildSchemas() {
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			panic(err) // plain maps and strings always marshal
		}
		schemas[name] = append(text, '\n')
	}
	return schemas
}

// schemaSet is what the type checker resolves schema.<name> with.
func schemaSet() *ast.SchemaSet {
	set := ast.NewSchemaSet()
	for name, schema := range buildSchemas() {
		ref := ast.Ref{ast.SchemaRootDocument, ast.StringTerm(name)}
		set.Put(ref, schema)
	}
	return set
}

// buildSchemas gives the schemas, which nobody may change: they are built once.
var buildSchemas = sync.OnceValue(func() map[string]map[string]any {
	schemas := map[string]map[string]any{inputName: documentSchema(""), anyName: documentSchema(anyKind)}
	for _, kind := range document.Kinds {
		schemas[string(kind)] = documentSchema(kind)
	}
	return schemas
})

// documentSchema is the schema of a document of one kind, of any kind, or of
// what all kinds have in common for the kind "".
func documentSchema(kind document.Kind) map[string]any {
	b := schemaBuilder{definitions: map[string]any{}}
	properties := map[string]any{"now": map[string]any{"type": "string"}}
	for _, field := range jsonFields(reflect.TypeFor[document.Document]()) {
		if has(kind, field) {
			properties[field.name] = b.present(field.typ)
		}
	}
	schema := object(properties)
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	schema["definitions"] = b.definitions
	return schema
}

// has tells whether documents of a kind have a field. One that no table knows
// belongs to every kind.
func has(kind document.Kind, field jsonField) bool {
	kinds, own := ownFields[field.name]
	return !own || kind == anyKind || slices.Contains(kinds, kind)
}

// schemaBuilder collects the definitions that a schema refers to.
type schemaBuilder struct{ definitions map[string]any }

var (
	pathType = reflect.TypeFor[finding.Path]()
	nodeType = reflect.TypeFor[*tree.Node]()
)

func (b *schemaBuilder) of(t reflect.Type) map[string]any {
	switch {
	case t == pathType:
		return map[string]any{"type": "array"}
	case t == nodeType:
		return map[string]any{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return b.nullable(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": b.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object"}
	case reflect.Struct:
		return b.reference(t)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return text(t)
	default:
		return map[string]any{"type": "integer"}
	}
}

// text is the schema of a string, with its values where they are known.
func text(t reflect.Type) map[string]any {
	schema := map[string]any{"type": "string"}
	if values := valuesOf[t]; len(values) > 0 {
		schema["enum"] = values
	}
	return schema
}

// present is the schema of a field of the document itself, which is left out
// instead of being null.
func (b *schemaBuilder) present(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Pointer && t != nodeType {
		t = t.Elem()
	}
	return b.of(t)
}

// nullable keeps the fields of a struct checked. Of scalars the checker knows
// no type with null, so a rule may compare one with anything.
func (b *schemaBuilder) nullable(t reflect.Type) map[string]any {
	if t.Kind() != reflect.Struct {
		return map[string]any{"anyOf": []any{b.of(t), map[string]any{"type": "null"}}}
	}
	schema := b.structure(t)
	schema["type"] = []any{"object", "null"}
	return schema
}

func (b *schemaBuilder) reference(t reflect.Type) map[string]any {
	name := strings.ReplaceAll(t.String(), "*", "")
	if _, known := b.definitions[name]; !known {
		b.definitions[name] = nil
		b.definitions[name] = b.structure(t)
	}
	return map[string]any{"$ref": "#/definitions/" + name}
}

func (b *schemaBuilder) structure(t reflect.Type) map[string]any {
	properties := map[string]any{}
	for _, field := range jsonFields(t) {
		properties[field.name] = b.of(field.typ)
	}
	return object(properties)
}

func object(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

// jsonField is a field of a struct as encoding/json sees it, those of
// embedded structs included.
type jsonField struct {
	name      string
	index     []int
	typ       reflect.Type
	omitEmpty bool
}

func jsonFields(t reflect.Type) []jsonField {
	var fields []jsonField
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields = append(fields, jsonField{name, f.Index, f.Type, strings.Contains(options, "omitempty")})
	}
	return fields
}
