package policy

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// maxTest bounds the time that one unit test may take.
const maxTest = 10 * time.Second

// TestReport is the outcome of the unit tests of rules.
type TestReport struct {
	Tests     []TestResult
	Uncovered []Place // lines of rules and libraries that no test reaches
}

// TestResult is the outcome of one unit test.
type TestResult struct {
	Rule   string // the id of the rule it tests, or lib/<name>
	Name   string // test_deny_…, test_allow_…
	Place  Place
	Passed bool
	Err    error  // why it could not be evaluated
	Output string // what it printed
	Where  string // the expression at which it failed, where known
}

// RunTests runs the unit tests that stand beside the rules, on the same
// loader, builtins and strictness as production. Tests may besides print, and
// call guard.parse(kind, text), guard.parse_file(path, text),
// guard.parse_file_with(path, text, settings) and
// guard.parse_with_facts(kind, text, facts), which give the input that rules
// would see.
func RunTests(ctx context.Context, sources []Source) (*TestReport, error) {
	var errs Errors
	lib := loadLibrary(sources, true, &errs)
	lib.settle(Settings{}, &errs)
	lib.prove(lib.modules, &errs)
	if err := errs.result(); err != nil {
		return nil, err
	}
	parsed, err := parseAll(lib.modules)
	if err != nil {
		return nil, err
	}
	run := &testRun{params: lib.paramStore(), compiler: strictCompiler(true), cover: cover.New()}
	if run.compiler.Compile(parsed); run.compiler.Failed() {
		errs.fromOPA("", run.compiler.Errors)
		return nil, errs.result()
	}
	report := &TestReport{}
	for _, m := range lib.modules {
		if m.role == roleTest {
			report.Tests = append(report.Tests, run.module(ctx, m)...)
		}
	}
	report.Uncovered = run.uncovered(lib, parsed)
	return report, nil
}

type testRun struct {
	params   storage.Store
	compiler *ast.Compiler
	cover    *cover.Cover
}

func (t *testRun) module(ctx context.Context, m *module) []TestResult {
	var results []TestResult
	for _, r := range m.parsed.Rules {
		if name := ruleName(r); strings.HasPrefix(name, "test_") {
			result := t.test(ctx, m, name)
			result.Rule, result.Name, result.Place = testedID(m), name, place(m.file, r.Location)
			results = append(results, result)
		}
	}
	return results
}

func testedID(m *module) string {
	if m.id != "" {
		return m.id
	}
	return strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(m.pkg, "guard."), ".", "/"), "_test")
}

func (t *testRun) test(ctx context.Context, m *module, name string) TestResult {
	ref := m.parsed.Package.Path.Append(ast.StringTerm(name))
	body, err := t.compiler.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(ast.NewTerm(resultVar), ast.NewTerm(ref))))
	if err != nil {
		return TestResult{Err: err}
	}
	var output bytes.Buffer
	failures := &failureTracer{}
	results, err := t.run(ctx, body, &output, failures)
	passed := err == nil && len(results) == 1 && results[0][resultVar].Equal(ast.BooleanTerm(true))
	result := TestResult{Passed: passed, Err: err, Output: output.String()}
	if !passed {
		result.Where = failures.last
	}
	return result
}

func (t *testRun) run(ctx context.Context, body ast.Body, output *bytes.Buffer, failures *failureTracer) (topdown.QueryResultSet, error) {
	txn, err := t.params.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	defer t.params.Abort(ctx, txn)
	ctx, stop := context.WithTimeout(ctx, maxTest)
	defer stop()
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	return topdown.NewQuery(body).
		WithCompiler(t.compiler).
		WithStore(t.params).
		WithTransaction(txn).
		WithCancel(cancel).
		WithBuiltins(testBuiltins).
		WithStrictBuiltinErrors(true).
		WithQueryTracer(t.cover).
		WithQueryTracer(failures).
		WithPrintHook(topdown.NewPrintHook(output)).
		WithIndexing(false).
		WithEarlyExit(false).
		Run(ctx)
}

// uncovered lists the lines of rules and libraries that no test reached.
func (t *testRun) uncovered(lib *library, parsed map[string]*ast.Module) []Place {
	report := t.cover.Report(parsed)
	var places []Place
	for _, m := range lib.modules {
		file := report.Files[m.file]
		if m.role == roleTest || file == nil {
			continue
		}
		for _, r := range file.NotCovered {
			for line := r.Start.Row; line <= r.End.Row; line++ {
				places = append(places, Place{File: m.file, Line: line})
			}
		}
	}
	return places
}

// failureTracer keeps the last expression of the test itself that failed.
type failureTracer struct{ last string }

// Enabled is always true.
func (f *failureTracer) Enabled() bool { return true }

// Config asks for the values of variables.
func (f *failureTracer) Config() topdown.TraceConfig {
	return topdown.TraceConfig{PlugLocalVars: true}
}

// TraceEvent remembers failures inside test files.
func (f *failureTracer) TraceEvent(event topdown.Event) {
	if event.Op != topdown.FailOp || event.Location == nil || !strings.HasSuffix(event.Location.File, "_test.rego") {
		return
	}
	f.last = fmt.Sprintf("%s:%d: %s", event.Location.File, event.Location.Row, clip(string(event.Location.Text)))
}
