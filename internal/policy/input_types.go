package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// inputTypes knows the types of what a module reads, as far as the schemas and
// the fields that it asks for tell.
type inputTypes struct {
	root    map[string]any            // the schema of everything
	structs map[string]map[string]any // the schemas of its parts, by name
	used    map[ast.Var][]string      // the fields that the module asks of each variable
}

func newInputTypes(m *ast.Module) *inputTypes {
	schema := buildSchemas()[anyName]
	f := &inputTypes{root: schema, structs: map[string]map[string]any{}, used: map[ast.Var][]string{}}
	definitions, _ := schema["definitions"].(map[string]any)
	for name, definition := range definitions {
		f.structs[name], _ = definition.(map[string]any)
	}
	ast.WalkRefs(m, func(ref ast.Ref) bool {
		if v, is := ref[0].Value.(ast.Var); is {
			if field := constant(ref, 1); field != "" {
				f.used[v] = append(f.used[v], field)
			}
		}
		return false
	})
	return f
}

// sites swap the last field of each reference in an expression for the next
// one of its type.
func (f *inputTypes) sites(expr *ast.Expr) []site {
	var sites []site
	operator := operatorName(expr)
	ast.WalkTerms(expr, func(t *ast.Term) bool {
		ref, is := t.Value.(ast.Ref)
		if !is || t.Location == nil || ref.String() == operator || ref[0].Equal(ast.DefaultRootDocument) {
			return false
		}
		if at, other := f.sibling(ref); other != "" {
			swapped := ref.Copy()
			swapped[at] = ast.StringTerm(other)
			sites = append(sites, site{t.Location, "this field is another one", swapped.String(), func() { t.Value = swapped }})
		}
		return false
	})
	return sites
}

// sibling finds the last field of a reference of which the schema knows the
// type, and the next field of that type beside it.
func (f *inputTypes) sibling(ref ast.Ref) (at int, other string) {
	schema := f.of(ref[0])
	for i := 1; i < len(ref) && schema != nil; i++ {
		properties, _ := schema["properties"].(map[string]any)
		name := constant(ref, i)
		if field, known := properties[name].(map[string]any); known {
			at, other = i, nextAlike(properties, name, field)
			schema = f.resolve(field)
		} else {
			schema = f.element(schema)
		}
	}
	return at, other
}

// of is the schema of what a reference begins with; of a variable the first
// that it may have.
func (f *inputTypes) of(base *ast.Term) map[string]any {
	if candidates := f.candidates(base); len(candidates) > 0 {
		return candidates[0]
	}
	return nil
}

// candidates are the schemas that a variable may have: those with all fields
// that the module asks it for.
func (f *inputTypes) candidates(base *ast.Term) []map[string]any {
	v, is := base.Value.(ast.Var)
	if !is || len(f.used[v]) == 0 {
		return nil
	}
	if base.Equal(ast.InputRootDocument) {
		return []map[string]any{f.root}
	}
	var all []map[string]any
	for _, name := range slices.Sorted(maps.Keys(f.structs)) {
		properties, _ := f.structs[name]["properties"].(map[string]any)
		if !slices.ContainsFunc(f.used[v], func(field string) bool { return properties[field] == nil }) {
			all = append(all, f.structs[name])
		}
	}
	return all
}

// values are all that a reference can lead to, where the schema lists them.
func (f *inputTypes) values(ref ast.Ref) []string {
	var values []string
	for i, schema := range f.candidates(ref[0]) {
		listed, _ := f.follow(schema, ref)["enum"].([]string)
		if len(listed) == 0 || i > 0 && !slices.Equal(listed, values) {
			return nil
		}
		values = listed
	}
	return values
}

// follow is the schema that a reference leads to; nil where it is not known.
func (f *inputTypes) follow(schema map[string]any, ref ast.Ref) map[string]any {
	for i := 1; i < len(ref) && schema != nil; i++ {
		properties, _ := schema["properties"].(map[string]any)
		if field, known := properties[constant(ref, i)].(map[string]any); known {
			schema = f.resolve(field)
		} else {
			schema = f.element(schema)
		}
	}
	return schema
}

func (f *inputTypes) resolve(schema map[string]any) map[string]any {
	if ref, is := schema["$ref"].(string); is {
		return f.structs[strings.TrimPrefix(ref, "#/definitions/")]
	}
	return schema
}

func (f *inputTypes) element(schema map[string]any) map[string]any {
	items, _ := schema["items"].(map[string]any)
	return f.resolve(items)
}

// nextAlike is the next field of the same simple type, in the order of names.
func nextAlike(properties map[string]any, name string, field map[string]any) string {
	kind, simple := field["type"].(string)
	if !simple || kind == "object" || kind == "array" {
		return ""
	}
	var alike []string
	for _, other := range slices.Sorted(maps.Keys(properties)) {
		if schema, is := properties[other].(map[string]any); is && schema["type"] == kind {
			alike = append(alike, other)
		}
	}
	if len(alike) < 2 {
		return ""
	}
	return alike[(slices.Index(alike, name)+1)%len(alike)]
}
