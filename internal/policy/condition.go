package policy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"guard/internal/registry/signature"
	"guard/internal/tree"
)

// maxCondition bounds the time that a condition may take for one statement,
// and maxPredicate the bytes of a predicate that it is asked of.
const (
	maxCondition = 2 * time.Second
	maxPredicate = 8 << 20
)

// conditionSchema is what conditions see as input: an in-toto statement.
var conditionSchema = map[string]any{
	"type": "object", "additionalProperties": false,
	"properties": map[string]any{
		"predicateType": map[string]any{"type": "string"},
		"predicate":     map[string]any{},
		"subject": map[string]any{"type": "array", "items": map[string]any{
			"type": "object", "additionalProperties": false,
			"properties": map[string]any{"digest": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}},
		}},
	},
}

// CompileCondition compiles what an attestation must say: expressions as in the
// body of a rule, which see the verified statement as input, with predicateType,
// predicate and subject. They may call what rules may call, and see no data. The
// error is [Errors], whose places are those in the text.
//
//	input.predicate.buildDefinition.buildType == "https://actions.github.io/buildtypes/workflow/v1"
func CompileCondition(text string) (signature.Condition, error) {
	c, err := within(context.Background(), maxCompilation(), func(context.Context) (signature.Condition, error) { return compileCondition(text) })
	return c, compiling(err)
}

func compileCondition(text string) (signature.Condition, error) {
	var errs Errors
	body, err := ast.ParseBodyWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities(false), SkipRules: true})
	if wrong := (ast.Errors{}); err != nil && !errors.As(err, &wrong) {
		return nil, errors.New("expected expressions as in the body of a rule, without package and import")
	} else if err != nil {
		errs.fromParse("", err)
		return nil, errs.inCondition()
	}
	module := ast.MustParseModuleWithOpts("package guard.condition\n\nholds if true", ast.ParserOptions{RegoVersion: ast.RegoV1})
	module.Rules[0].Body = body
	if proveCondition(module, &errs); len(errs) > 0 {
		return nil, errs.inCondition()
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, conditionSchema)
	compiler := ast.NewCompiler().WithDefaultRegoVersion(ast.RegoV1).WithCapabilities(capabilities(false)).WithStrict(true).WithSchemas(schemas)
	if compiler.Compile(map[string]*ast.Module{"condition": module}); compiler.Failed() {
		errs.fromOPA("", compiler.Errors)
		return nil, errs.inCondition()
	}
	query, err := compiler.QueryCompiler().Compile(ast.MustParseBody("data.guard.condition.holds"))
	if err != nil {
		return nil, fmt.Errorf("compile the condition: %w", err)
	}
	return condition{compiler, query}.holds, nil
}

// proveCondition wants the statement to be asked something, and nothing else.
func proveCondition(m *ast.Module, errs *Errors) {
	walkRefs(m, func(ref ast.Ref, at *ast.Location) {
		if name := ref.String(); forbidden()[name] {
			errs.add(place("", at), "%s: conditions may not call it; they see no network, environment, clock or chance", name)
		} else if ref[0].Equal(ast.DefaultRootDocument) {
			errs.add(place("", at), "%s: conditions see input and no data", ref)
		}
	})
	if fields := map[string]bool{}; collectInput(m.Rules[0], fields) && len(fields) == 0 {
		errs.add(Place{}, "it asks nothing of input, so it would say the same of every statement; expected something like input.predicate.x == 1")
	}
}

// inCondition writes places as those of a text that stands in another one.
func (e Errors) inCondition() error {
	for _, one := range e {
		if one.Line > 0 {
			one.Message = fmt.Sprintf("line %d, column %d: %s", one.Line, one.Column, one.Message)
		}
		one.Place = Place{}
	}
	return e.result()
}

// condition is a condition that has been compiled.
type condition struct {
	compiler *ast.Compiler
	query    ast.Body
}

// holds says why a statement does not count.
func (c condition) holds(ctx context.Context, s signature.Statement) error {
	input, err := statementTerm(s)
	if err != nil {
		return fmt.Errorf("its condition cannot be asked: %w", err)
	}
	results, err := within(ctx, min(maxCondition, maxEvaluation()), func(ctx context.Context) (topdown.QueryResultSet, error) {
		cancel := topdown.NewCancel()
		defer context.AfterFunc(ctx, cancel.Cancel)()
		return newQuery(c.query).WithCompiler(c.compiler).WithStore(inmem.New()).WithCancel(cancel).WithInput(input).Run(ctx)
	})
	switch {
	case err != nil:
		return fmt.Errorf("its condition cannot be answered: %w", err)
	case len(results) == 0:
		return errors.New("what it says does not meet the condition of the trust policy")
	}
	return nil
}

// statementTerm is what a condition sees of a statement.
func statementTerm(s signature.Statement) (*ast.Term, error) {
	if len(s.Predicate) > maxPredicate {
		return nil, fmt.Errorf("its predicate has %d bytes, more than %d", len(s.Predicate), maxPredicate)
	}
	predicate := ast.NullTerm()
	if len(s.Predicate) > 0 {
		parts := tree.ParseJSON(string(s.Predicate))
		if len(parts) != 1 || parts[0].Err != nil || len(parts[0].Problems) > 0 {
			return nil, errors.New("its predicate cannot be read as JSON, or holds too much")
		}
		e := encoderPool.Get().(*encoder)
		defer e.release()
		predicate = e.node(parts[0].Root)
	}
	subjects := make([]*ast.Term, len(s.Subjects))
	for i, digest := range s.Subjects {
		hash := ast.ObjectTerm(ast.Item(ast.StringTerm("sha256"), ast.StringTerm(strings.TrimPrefix(digest, "sha256:"))))
		subjects[i] = ast.ObjectTerm(ast.Item(ast.StringTerm("digest"), hash))
	}
	return ast.ObjectTerm(
		ast.Item(ast.StringTerm("predicateType"), ast.StringTerm(s.PredicateType)),
		ast.Item(ast.StringTerm("predicate"), predicate),
		ast.Item(ast.StringTerm("subject"), ast.ArrayTerm(subjects...)),
	), nil
}
