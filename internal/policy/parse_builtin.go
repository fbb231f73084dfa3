package policy

import (
	"cmp"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline/flow"
)

// The builtins of unit tests: guard.parse(kind, text) and
// guard.parse_file(path, text) give the input that rules would see.
var (
	parseDecl = &ast.Builtin{
		Name: "guard.parse",
		Decl: types.NewFunction(types.Args(types.S, types.S), types.A),
	}
	parseFileDecl = &ast.Builtin{
		Name: "guard.parse_file",
		Decl: types.NewFunction(types.Args(types.S, types.S), types.A),
	}
)

// testBuiltins implements them.
var testBuiltins = map[string]*topdown.Builtin{
	parseDecl.Name:     {Decl: parseDecl, Func: textBuiltin(parseKind)},
	parseFileDecl.Name: {Decl: parseFileDecl, Func: textBuiltin(parseFile)},

	parseFileWithDecl.Name:  {Decl: parseFileWithDecl, Func: parseFileWith},
	parseWithFactsDecl.Name: {Decl: parseWithFactsDecl, Func: parseWithFacts},
}

// usualNames are the names that files of a kind have.
var usualNames = map[document.Kind]string{
	document.KindDockerfile: "Dockerfile",
	document.KindKubernetes: "manifest.yaml",
	document.KindCompose:    "compose.yaml",
	document.KindPipeline:   ".github/workflows/ci.yml",
	document.KindGitOps:     "kustomization.yaml",
	document.KindFile:       "file.txt",
}

// usualOptions are those of a repository without a configuration: production
// and staging mean what they usually do.
func usualOptions() document.Options {
	var environments []flow.Environment
	for _, e := range config.Default().Environments {
		environments = append(environments, flow.Environment(e))
	}
	return document.Options{Pipelines: document.Pipelines{Environments: environments}}
}

// testNow is the time in unit tests.
const testNow = "2026-01-15T12:00:00Z"

func textBuiltin(load func(name, text string) (*document.Document, error)) topdown.BuiltinFunc {
	return func(at topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
		name, ok := operands[0].Value.(ast.String)
		text, ok2 := operands[1].Value.(ast.String)
		if !ok || !ok2 {
			return fmt.Errorf("expected two strings")
		}
		doc, err := load(string(name), string(text))
		if err != nil {
			return halt(at, err)
		}
		return iter(wholeInput.inputTerm(doc, testNow))
	}
}

// halt ends a test, at the call of a builtin.
func halt(at topdown.BuiltinContext, err error) error {
	return topdown.Halt{Err: &topdown.Error{Code: topdown.BuiltinErr, Message: err.Error(), Location: at.Location}}
}

func parseKind(kind, text string) (*document.Document, error) {
	name, ok := usualNames[document.Kind(kind)]
	if !ok {
		return nil, fmt.Errorf("guard.parse: no text is of kind %q", kind)
	}
	for _, doc := range document.Load(name, []byte(text), usualOptions()) {
		if doc.Kind == document.Kind(kind) {
			return doc, nil
		}
	}
	return nil, fmt.Errorf("guard.parse: there is no document of kind %s in the text", kind)
}

// parseFile returns the first document that is more than a file.
func parseFile(path, text string) (*document.Document, error) {
	return firstDocument(path, text, usualOptions())
}

func firstDocument(path, text string, options document.Options) (*document.Document, error) {
	docs := document.Load(cmp.Or(path, "file.txt"), []byte(text), options)
	for _, doc := range docs {
		if doc.Kind != document.KindFile {
			return doc, nil
		}
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("guard.parse_file: %s holds no document", path)
	}
	return docs[0], nil
}
