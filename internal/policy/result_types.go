package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// resultTypes are what the values of a result may be.
var resultTypes = []struct {
	key, wanted string
	is          func(types.Type) bool
}{
	{"message", "a string", isA[types.String]},
	{"path", `an array, such as image.path or ["spec", "replicas"]`, isA[*types.Array]},
	{"file", "a string", isA[types.String]},
	{"related", "an array", isA[*types.Array]},
	{"fix", "an object", isA[*types.Object]},
}

func isA[T types.Type](t types.Type) bool {
	_, is := t.(T)
	return is
}

// proveResultTypes wants the values of results to be what they can be, as far
// as OPA's type checker knows them.
func proveResultTypes(compiled *ast.Compiler, modules []*module, errs *Errors) {
	for _, m := range modules {
		parsed := compiled.Modules[m.file]
		if m.role != roleRule || parsed == nil {
			continue
		}
		deny := parsed.Package.Path.Append(ast.StringTerm("deny"))
		set, is := compiled.TypeEnv.GetByRef(deny).(*types.Set)
		definitions := compiled.GetRulesExact(deny)
		if !is || len(definitions) == 0 {
			continue
		}
		at := m.parsed.Package.Location
		if len(definitions) == 1 {
			at = definitions[0].Location
		}
		for _, result := range alternatives(set.Of()) {
			proveValues(place(m.file, at), result, errs)
		}
	}
}

// alternatives are the types that a value may have; none where it may be
// anything.
func alternatives(t types.Type) []types.Type {
	if many, is := t.(types.Any); is {
		return many
	}
	return []types.Type{t}
}

func proveValues(at Place, result types.Type, errs *Errors) {
	object, is := result.(*types.Object)
	if !is {
		errs.add(at, "the result is %s, expected an object with message and path", result)
		return
	}
	for _, wanted := range resultTypes {
		value := types.Select(object, wanted.key)
		if value == nil {
			continue
		}
		fits := len(alternatives(value)) == 0
		for _, one := range alternatives(value) {
			fits = fits || wanted.is(one) || isA[types.Any](one)
		}
		if !fits {
			errs.add(at, "%s is %s, expected %s", wanted.key, value, wanted.wanted)
		}
	}
}
