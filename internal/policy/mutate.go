package policy

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The bounds of trying mutants.
const (
	maxMutants      = 300 // of one rule
	maxMutationTime = 15 * time.Minute
	leastMutantTime = time.Second // that a test may take, however fast it is without the change
	mutantSlowdown  = 10          // times as long as the slowest test of the rule may a test take
)

// Mutant is a rule with one change that its unit tests should notice.
type Mutant struct {
	Rule    string
	Place   Place
	Text    string // the line
	Change  string // what was done: "dropped", "negated", …
	Becomes string // what stands there instead; "" where nothing does
}

// Excerpt is the line with a caret below the place.
func (m Mutant) Excerpt() string { return excerpt(m.Text, m.Place.Column) }

// MutationReport is how well unit tests notice changes of the rules.
type MutationReport struct {
	Tried     int      // mutants that are rules at all
	Unnoticed []Mutant // those that every test of their rule passes
	Left      int      // mutants that were not tried, for want of time or since there are too many
	Untested  []string // rules without unit tests, which notice nothing
}

// Mutate changes rules in one place at a time, and lists the changes that none
// of the rule's unit tests notices: a condition is dropped or negated, a field
// is swapped for another of its type, an element of a list is left out, or a
// list takes in every text of the tests' input. The tests must pass on the unchanged
// rules.
func Mutate(ctx context.Context, sources []Source, run *regexp.Regexp) (*MutationReport, error) {
	lib, err := within(ctx, maxCompilation(), func(context.Context) (*library, error) { return loadAuthored(sources) })
	if err != nil {
		return nil, compiling(err)
	}
	deadline := time.Now().Add(maxMutationTime)
	report := &MutationReport{}
	for _, r := range lib.rules {
		if r.module.source.builtin() || run != nil && !run.MatchString(r.ID+"/") {
			continue
		}
		if err := lib.mutateRule(ctx, r, deadline, report); err != nil {
			return nil, err
		}
	}
	return report, nil
}

func (lib *library) mutateRule(ctx context.Context, r *rule, deadline time.Time, report *MutationReport) error {
	tests, ok := lib.byPkg[r.module.pkg+"_test"]
	if !ok {
		report.Untested = append(report.Untested, r.ID)
		return nil
	}
	m := &mutation{lib: lib, rule: r, tests: tests, deadline: deadline}
	if err := m.baseline(ctx); err != nil {
		return err
	}
	changes := m.changes()
	if len(changes) > maxMutants {
		report.Left += len(changes) - maxMutants
		changes = changes[:maxMutants]
	}
	fates := make([]fate, len(changes))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				fates[i] = m.try(ctx, changes[i])
			}
		})
	}
	for i := range changes {
		next <- i
	}
	close(next)
	group.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("try mutants of %s: %w", r.ID, context.Cause(ctx))
	}
	report.add(m, changes, fates)
	return nil
}

func (report *MutationReport) add(m *mutation, changes []change, fates []fate) {
	for i, c := range changes {
		switch fates[i] {
		case fateNoticed:
			report.Tried++
		case fateUnnoticed:
			report.Tried++
			report.Unnoticed = append(report.Unnoticed, m.mutant(c))
		case fateLeft:
			report.Left++
		}
	}
}

// fate is what became of a mutant.
type fate int

const (
	fateInvalid   fate = iota // it is no rule: a variable is unsafe, a type is wrong
	fateNoticed               // a test fails
	fateUnnoticed             // all tests pass
	fateLeft                  // it was not tried
)

// mutation is trying the mutants of one rule.
type mutation struct {
	lib      *library
	rule     *rule
	tests    *module
	deadline time.Time
	slowest  time.Duration // of the tests, on the unchanged rule
	words    []string      // the texts in what the tests take for input
	left     atomic.Bool   // something goes on though it was stopped; no mutant is tried after it
}

// baseline wants all tests to pass on the unchanged rule.
func (m *mutation) baseline(ctx context.Context) error {
	run, err := within(ctx, maxCompilation(), func(context.Context) (*testRun, error) { return newTestRun(m.lib, []*module{m.rule.module, m.tests}) })
	if err != nil {
		return compiling(err)
	}
	seen := wordCollector{words: map[string]bool{}}
	run.builtins = seen.builtins()
	for _, result := range run.module(ctx, m.tests, TestOptions{}) {
		if !result.Passed {
			return &RuleError{Rule: m.rule.ID, File: m.tests.file, Err: fmt.Errorf("%s fails; mutants are tried where all unit tests pass", result.Name)}
		}
		m.slowest = max(m.slowest, result.Took)
	}
	m.words = seen.list()
	return nil
}

// try runs the tests on a mutant, until one fails.
func (m *mutation) try(ctx context.Context, c change) fate {
	if time.Now().After(m.deadline) || m.left.Load() {
		return fateLeft
	}
	run, err := within(ctx, maxCompilation(), func(context.Context) (*testRun, error) { return m.compile(c) })
	if stopped(err) {
		m.left.Store(true)
		return fateLeft
	}
	if err != nil {
		return fateInvalid
	}
	limit := max(leastMutantTime, mutantSlowdown*m.slowest)
	for _, r := range m.tests.parsed.Rules {
		name := ruleName(r)
		if !strings.HasPrefix(name, "test_") {
			continue
		}
		passes, err := run.passes(ctx, limit, m.tests.parsed.Package.Path.Append(ast.StringTerm(name)))
		if stop := (*Stopped)(nil); errors.As(err, &stop) && stop.Running {
			m.left.Store(true)
		}
		if !passes {
			return fateNoticed
		}
	}
	return fateUnnoticed
}

// passes tells whether a test passes. One that ends with an error does not.
func (t *testRun) passes(ctx context.Context, limit time.Duration, test ast.Ref) (bool, error) {
	body, err := t.compiler.QueryCompiler().Compile(ast.NewBody(ast.Equality.Expr(ast.NewTerm(resultVar), ast.NewTerm(test))))
	if err != nil {
		return false, err
	}
	results, err := t.run(ctx, limit, body, &limitedBuffer{})
	return err == nil && len(results) == 1 && results[0][resultVar].Equal(ast.BooleanTerm(true)), err
}

// compile compiles the rule with a change; an error is that it is none then.
func (m *mutation) compile(c change) (*testRun, error) {
	modules := []*module{m.rule.module, m.tests}
	parsed, err := parseAll(append(modules, m.lib.needed(modules)...))
	if err != nil {
		return nil, err
	}
	mutated := m.rule.module.parsed.Copy()
	params := m.lib
	if c.param != nil {
		params = m.withParam(c.param)
	} else {
		sitesOf(mutated, m.words)[c.site].apply()
	}
	parsed[m.rule.module.file] = mutated
	run := &testRun{params: params.paramStore(), parsed: parsed, builtins: testBuiltins, compiler: ast.NewCompiler().
		WithDefaultRegoVersion(ast.RegoV1).
		WithCapabilities(capabilities(true)).
		WithEnablePrintStatements(true).
		WithSchemas(schemaSet()).
		WithUseTypeCheckAnnotations(true)}
	if run.compiler.Compile(parsed); run.compiler.Failed() {
		return nil, run.compiler.Errors
	}
	return run, nil
}

// withParam is the library with another value of one of the rule's
// parameters.
func (m *mutation) withParam(p *paramChange) *library {
	lib := &library{rules: slices.Clone(m.lib.rules)}
	for i, r := range lib.rules {
		if r == m.rule {
			changed := *r
			changed.Values = map[string]any{}
			for name, value := range r.Values {
				changed.Values[name] = value
			}
			changed.Values[p.name] = p.value
			lib.rules[i] = &changed
		}
	}
	return lib
}

// change is one mutant: a site of the module, or a parameter.
type change struct {
	site  int
	param *paramChange
	place Place
	what  string
	after string
}

// changes lists all mutants, in the order of the file.
func (m *mutation) changes() []change {
	var changes []change
	for i, s := range sitesOf(m.rule.module.parsed.Copy(), m.words) {
		changes = append(changes, change{site: i, place: place(m.rule.module.file, s.at), what: s.what, after: s.after})
	}
	for _, p := range m.paramChanges() {
		changes = append(changes, change{param: &p, place: m.rule.module.placeOf(p.name), what: p.what})
	}
	return changes
}

func (m *mutation) mutant(c change) Mutant {
	return Mutant{Rule: m.rule.ID, Place: c.place, Text: lineOf(m.rule.module.text, c.place.Line), Change: c.what, Becomes: c.after}
}
