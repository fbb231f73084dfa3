package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// One unit test may take as long as rules on a document. maxTests bounds the
// time of all, and maxPrinted the bytes that one may print.
const (
	maxTests   = 15 * time.Minute
	maxPrinted = 64 << 10
)

// TestOptions says which unit tests run. The zero value runs all.
type TestOptions struct {
	Run *regexp.Regexp // only tests of which <rule>/<name> matches; nil: all
}

// TestReport is the outcome of the unit tests of rules.
type TestReport struct {
	Rules     []string // the rules whose tests were looked for
	Tests     []TestResult
	Lines     int     // lines of rules and libraries that tests can reach
	Uncovered []Place // those of them that no test reaches
}

// TestResult is the outcome of one unit test.
type TestResult struct {
	Rule    string // the id of the rule it tests, or lib/<name>
	Name    string // test_deny_…, test_allow_…
	Place   Place
	Passed  bool
	Err     error    // why it could not be evaluated
	Output  string   // what it printed
	Where   string   // the expression at which it failed, where known
	Failure *Failure // the same with its values; nil where it passed or nothing is known
	Took    time.Duration
}

// RunTests runs the unit tests that stand beside the rules, on the same
// loader, builtins and strictness as production. Tests may besides print, and
// call guard.parse(kind, text), guard.parse_file(path, text),
// guard.parse_file_with(path, text, settings) and
// guard.parse_with_facts(kind, text, facts), which give the input that rules
// would see. Its error is [Errors] where the rules do not load.
func RunTests(ctx context.Context, sources []Source, o TestOptions) (*TestReport, error) {
	run, err := within(ctx, maxCompilation(), func(context.Context) (*testRun, error) { return loadTests(sources) })
	if err != nil {
		return nil, compiling(err)
	}
	lib := run.lib
	run.deadline = time.Now().Add(maxTests)
	report := &TestReport{Rules: lib.authoredRules()}
	for _, m := range lib.authored() {
		if m.role == roleTest {
			report.Tests = append(report.Tests, run.module(ctx, m, o)...)
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("run the unit tests: %w", context.Cause(ctx))
		}
	}
	if run.left == "" {
		run.coverage(lib, report)
	}
	return report, nil
}

func loadTests(sources []Source) (*testRun, error) {
	lib, err := loadAuthored(sources)
	if err != nil {
		return nil, err
	}
	return newTestRun(lib, lib.authored())
}

func (lib *library) authoredRules() []string {
	var ids []string
	for _, r := range lib.rules {
		if !r.module.source.builtin() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

type testRun struct {
	lib      *library
	params   storage.Store
	parsed   map[string]*ast.Module
	compiler *ast.Compiler
	builtins map[string]*topdown.Builtin
	cover    *cover.Cover
	deadline time.Time // after which no test begins; zero: none
	left     string    // the test that goes on though it was stopped; none begins after it
}

// newTestRun compiles modules, and what they refer to.
func newTestRun(lib *library, modules []*module) (*testRun, error) {
	parsed, err := parseAll(append(modules, lib.needed(modules)...))
	if err != nil {
		return nil, err
	}
	run := &testRun{lib: lib, params: lib.paramStore(), parsed: parsed, compiler: strictCompiler(true), builtins: testBuiltins, cover: cover.New()}
	if run.compiler.Compile(parsed); run.compiler.Failed() {
		var errs Errors
		errs.fromOPA("", run.compiler.Errors)
		return nil, lib.result(errs)
	}
	return run, nil
}

func (t *testRun) module(ctx context.Context, m *module, o TestOptions) []TestResult {
	var results []TestResult
	for _, r := range m.parsed.Rules {
		name, rule := ruleName(r), testedID(m)
		if strings.HasPrefix(name, "test_") && (o.Run == nil || o.Run.MatchString(rule+"/"+name)) && ctx.Err() == nil {
			result := t.test(ctx, m, r, name)
			result.Rule, result.Name, result.Place = rule, name, place(m.file, r.Location)
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

func (t *testRun) test(ctx context.Context, m *module, r *ast.Rule, name string) (result TestResult) {
	start := time.Now()
	if !t.deadline.IsZero() && start.After(t.deadline) {
		return TestResult{Err: fmt.Errorf("it was not run: the tests before it took more than %s", maxTests)}
	}
	if t.left != "" {
		return TestResult{Err: fmt.Errorf("it was not run: %s goes on though it was stopped", t.left)}
	}
	defer func() { result.Took = time.Since(start) }()
	ref := m.parsed.Package.Path.Append(ast.StringTerm(name))
	body, err := t.compiler.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(ast.NewTerm(resultVar), ast.NewTerm(ref))))
	if err != nil {
		return TestResult{Err: err}
	}
	var output limitedBuffer
	failures := &failureTracer{file: m.file, test: r.Location}
	results, err := t.run(ctx, maxEvaluation(), body, &output, t.cover, failures)
	if stop := (*Stopped)(nil); errors.As(err, &stop) && stop.Running {
		t.left = name
		return TestResult{Err: err}
	}
	passed := err == nil && len(results) == 1 && results[0][resultVar].Equal(ast.BooleanTerm(true))
	result = TestResult{Passed: passed, Err: err, Output: output.String()}
	switch {
	case err != nil:
		result.Failure = failedAt(m, err)
	case !passed && failures.at != nil:
		result.Failure = t.failure(ctx, m, failures)
		result.Where = fmt.Sprintf("%s:%d: %s", m.file, failures.at.Row, clip(string(failures.at.Text)))
	}
	return result
}

// run evaluates a query that has been compiled, within the bounds of a test.
// Where it goes on though it was stopped, so do the output and the tracers.
func (t *testRun) run(ctx context.Context, limit time.Duration, body ast.Body, output *limitedBuffer, tracers ...topdown.QueryTracer) (topdown.QueryResultSet, error) {
	return within(ctx, limit, func(ctx context.Context) (topdown.QueryResultSet, error) { return t.ask(ctx, body, output, tracers) })
}

func (t *testRun) ask(ctx context.Context, body ast.Body, output *limitedBuffer, tracers []topdown.QueryTracer) (topdown.QueryResultSet, error) {
	txn, err := t.params.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	defer t.params.Abort(ctx, txn)
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	query := newQuery(body).
		WithCompiler(t.compiler).
		WithStore(t.params).
		WithTransaction(txn).
		WithCancel(cancel).
		WithBuiltins(t.builtins).
		WithPrintHook(topdown.NewPrintHook(output)).
		WithIndexing(false).
		WithEarlyExit(false)
	for _, tracer := range tracers {
		query = query.WithQueryTracer(tracer)
	}
	return query.Run(ctx)
}

// limitedBuffer keeps the first bytes that are written to it.
type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(text []byte) (int, error) {
	b.Buffer.Write(text[:min(len(text), maxPrinted-b.Len())])
	return len(text), nil
}

// coverage counts the lines of rules and libraries, and lists those that no
// test reached.
func (t *testRun) coverage(lib *library, report *TestReport) {
	covered := t.cover.Report(t.parsed)
	for _, m := range lib.authored() {
		file := covered.Files[m.file]
		if m.role == roleTest || file == nil {
			continue
		}
		report.Lines += len(linesIn(m.file, file.Covered)) + len(linesIn(m.file, file.NotCovered))
		report.Uncovered = append(report.Uncovered, linesIn(m.file, file.NotCovered)...)
	}
}

func linesIn(file string, ranges []cover.Range) []Place {
	var places []Place
	for _, r := range ranges {
		for line := r.Start.Row; line <= r.End.Row; line++ {
			places = append(places, Place{File: file, Line: line})
		}
	}
	return places
}
