package policy

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"guard/internal/document"
	"guard/internal/pipeline"
)

// guard.parse_file_with(path, text, settings) is guard.parse_file for a
// repository whose forge says something of environments, by their names:
//
//	{"production": {"approval": "yes", "required_approvals": 1}}
//
// What is left out is unknown.
var parseFileWithDecl = &ast.Builtin{
	Name: "guard.parse_file_with",
	Decl: types.NewFunction(types.Args(types.S, types.S, types.A), types.A),
}

// givenSettings is what a test says of one environment: yes, no or unknown.
type givenSettings struct {
	Exists              string `json:"exists"`
	Protected           string `json:"protected"`
	Approval            string `json:"approval"`
	RequiredApprovals   *int   `json:"required_approvals"`
	SelfReviewPrevented string `json:"self_review_prevented"`
	AdminsMayBypass     string `json:"admins_may_bypass"`
	AnyBranch           string `json:"any_branch"`
}

// notGiven is why something is unknown that a test leaves out.
const notGiven = "the test does not say"

func (g givenSettings) settings() (pipeline.Settings, error) {
	s := pipeline.UnreadSettings(notGiven)
	s.Read = true
	if g.RequiredApprovals != nil {
		s.RequiredApprovals = pipeline.Count{Value: g.RequiredApprovals}
	}
	for _, fact := range []struct {
		given string
		into  *pipeline.Fact
	}{
		{g.Exists, &s.Exists}, {g.Protected, &s.Protected}, {g.Approval, &s.Approval},
		{g.SelfReviewPrevented, &s.SelfReviewPrevented}, {g.AdminsMayBypass, &s.AdminsMayBypass}, {g.AnyBranch, &s.AnyBranch},
	} {
		switch fact.given {
		case "yes", "no":
			*fact.into = pipeline.Fact{Holds: fact.given}
		case "", "unknown":
		default:
			return s, fmt.Errorf("guard.parse_file_with: expected yes, no or unknown, found %q", fact.given)
		}
	}
	return s, nil
}

func parseFileWith(at topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
	name, ok := operands[0].Value.(ast.String)
	text, ok2 := operands[1].Value.(ast.String)
	if !ok || !ok2 {
		return fmt.Errorf("expected two strings and an object")
	}
	doc, err := withSettings(string(name), string(text), operands[2])
	if err != nil {
		return halt(at, err)
	}
	return iter(wholeInput.inputTerm(doc, testNow))
}

func withSettings(name, text string, given *ast.Term) (*document.Document, error) {
	all, err := decodeSettings(given)
	if err != nil {
		return nil, err
	}
	options := usualOptions()
	forge := "github"
	if strings.HasSuffix(name, ".gitlab-ci.yml") {
		forge = "gitlab"
	}
	options.Pipelines = options.Pipelines.WithSettings(forge, func(environment string) pipeline.Settings {
		if s, ok := all[environment]; ok {
			return s
		}
		return pipeline.UnreadSettings(notGiven)
	})
	return firstDocument(name, text, options)
}

func decodeSettings(term *ast.Term) (map[string]pipeline.Settings, error) {
	var given map[string]givenSettings
	if err := decodeTerm(term, &given); err != nil {
		return nil, fmt.Errorf("guard.parse_file_with: settings: %w", err)
	}
	all := map[string]pipeline.Settings{}
	for environment, g := range given {
		var err error
		if all[environment], err = g.settings(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
