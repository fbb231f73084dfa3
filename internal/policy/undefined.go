package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// undefinedRef says which field there is none of, and which there are: OPA's
// own details draw the reference as it is after rewriting.
func undefinedRef(err *ast.Error) (message string, ok bool) {
	detail, is := err.Details.(*ast.RefErrInvalidDetail)
	if !is || len(detail.OneOf) == 0 || detail.Pos >= len(detail.Ref) {
		return "", false
	}
	name, is := detail.Ref[detail.Pos].Value.(ast.String)
	if !is {
		return "", false
	}
	known := make([]string, len(detail.OneOf))
	for i, value := range detail.OneOf {
		known[i] = strings.Trim(value.String(), `"`)
	}
	slices.Sort(known)
	owner := detail.Ref[:detail.Pos].String()
	if kinds := ownFields[string(name)]; owner == "input" && len(kinds) > 0 {
		return fmt.Sprintf("%s: only documents of kind %s have %q; kinds and schemas must say so", err.Message, strings.Join(texts(kinds), ", "), string(name)), true
	}
	return fmt.Sprintf("%s: %s has no %q%s", err.Message, owner, string(name), didYouMean(string(name), known)), true
}

// undefinedFunction names the nearest function that rules may call.
func undefinedFunction(err *ast.Error) (message string, ok bool) {
	name, is := strings.CutPrefix(err.Message, "undefined function ")
	if !is {
		return "", false
	}
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, "data.") {
		return err.Message, true // no builtin was meant
	}
	if forbidden()[name] {
		return forbiddenCall(name), true
	}
	if near := finding.Nearest(name, callable()); near != "" {
		return fmt.Sprintf("%s, did you mean %q?", err.Message, near), true
	}
	return err.Message + "; rules may call: " + strings.Join(callable(), ", "), true
}

func forbiddenCall(name string) string {
	return name + ": rules may not call it; they see no network, environment, clock or chance, and print only in tests"
}

// callable lists the builtins that people write by their name.
func callable() []string {
	var names []string
	for _, name := range allowed {
		if !strings.HasPrefix(name, "internal.") && !slices.Contains(operators, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// operators are builtins that are written as signs.
var operators = strings.Fields("eq assign equal neq gt gte lt lte plus minus mul div rem and or")
