package policy

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"guard/internal/document"
)

// guard.parse_with_facts(kind, text, facts) is guard.parse where a registry
// says the same of every image in the text:
//
//	{"known": true, "exists": true, "platforms": [{"os": "linux", "user_state": "root"}]}
//
// What is left out is not known.
var parseWithFactsDecl = &ast.Builtin{
	Name: "guard.parse_with_facts",
	Decl: types.NewFunction(types.Args(types.S, types.S, types.A), types.A),
}

func parseWithFacts(at topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
	kind, ok := operands[0].Value.(ast.String)
	text, ok2 := operands[1].Value.(ast.String)
	if !ok || !ok2 {
		return fmt.Errorf("expected two strings and an object")
	}
	doc, err := withFacts(string(kind), string(text), operands[2])
	if err != nil {
		return halt(at, err)
	}
	return iter(wholeInput.inputTerm(doc, testNow))
}

func withFacts(kind, text string, given *ast.Term) (*document.Document, error) {
	var facts document.ImageFacts
	if err := decodeTerm(given, &facts); err != nil {
		return nil, fmt.Errorf("guard.parse_with_facts: facts: %w", err)
	}
	doc, err := parseKind(kind, text)
	if err != nil {
		return nil, err
	}
	for i := range doc.Images {
		doc.Tell(&doc.Images[i], facts)
	}
	return doc, nil
}

// decodeTerm reads a term into a value, strictly.
func decodeTerm(term *ast.Term, into any) error {
	value, err := ast.JSON(term.Value)
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	return in.Decode(into)
}
