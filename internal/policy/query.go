package policy

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"guard/internal/document"
)

// kindQuery is what is asked of the documents of a kind: one query for all
// rules that can say something of a document. It is compiled when the first
// document of the kind turns up.
type kindQuery struct {
	library *library
	kind    document.Kind
	rules   []*rule
	params  storage.Store

	once sync.Once
	err  error
	*compiled
	sets sync.Map // the demands that a document meets -> *ruleSet
}

// compiled is what compiling the rules for a kind gives.
type compiled struct {
	compiler *ast.Compiler
	encoding *encoding // what of a document becomes input
	gates    [][]wants // by rule: one of these must be met for it to say anything
}

// ruleSet are the rules that can say something of a document, and the query
// for all of them at once: an object of rule id and deny set.
type ruleSet struct {
	rules []*rule
	query ast.Body
	err   error
}

func (q *kindQuery) prepare() error {
	q.once.Do(func() { q.compiled, q.err = within(context.Background(), maxCompilation(), q.compile) })
	return q.err
}

func (q *kindQuery) compile(context.Context) (*compiled, error) {
	modules := make([]*module, len(q.rules))
	for i, r := range q.rules {
		modules[i] = r.module
	}
	parseTogether(modules)
	modules = append(modules, q.library.needed(modules)...)
	parsed, err := parseAll(modules)
	if err != nil {
		return nil, err
	}
	c := &compiled{compiler: fastCompiler(), encoding: encodingFor(q.rules, modules, parsed)}
	if c.compiler.Compile(parsed); c.compiler.Failed() {
		return nil, fmt.Errorf("compile the rules for %s: %w", q.kind, c.compiler.Errors)
	}
	g := &gates{c.compiler, map[*ast.Rule]wants{}}
	for _, r := range q.rules {
		c.gates = append(c.gates, g.of(r))
	}
	return c, nil
}

// asked are the rules to ask of a document.
func (q *kindQuery) asked(doc *document.Document) (*ruleSet, error) {
	met := meets(doc)
	known, ok := q.sets.Load(met)
	if !ok {
		known, _ = q.sets.LoadOrStore(met, q.newRuleSet(met))
	}
	set := known.(*ruleSet)
	return set, set.err
}

func (q *kindQuery) newRuleSet(met wants) *ruleSet {
	set := &ruleSet{}
	for i, r := range q.rules {
		if slices.ContainsFunc(q.gates[i], func(demands wants) bool { return demands&^met == 0 }) {
			set.rules = append(set.rules, r)
		}
	}
	if len(set.rules) > 0 {
		set.query, set.err = q.query(set.rules)
	}
	return set
}

// parseTogether parses modules on all cores. Each keeps its own error.
func parseTogether(modules []*module) {
	var group sync.WaitGroup
	for part := range slices.Chunk(modules, len(modules)/runtime.GOMAXPROCS(0)+1) {
		group.Go(func() {
			for _, m := range part {
				_ = m.parse() // told by whoever needs the module
			}
		})
	}
	group.Wait()
}

func parseAll(modules []*module) (map[string]*ast.Module, error) {
	parsed := make(map[string]*ast.Module, len(modules))
	for _, m := range modules {
		if err := m.parse(); err != nil {
			return nil, fmt.Errorf("parse %s: %w", m.file, err)
		}
		parsed[m.file] = m.parsed
	}
	return parsed, nil
}

// fastCompiler compiles what has been proved.
func fastCompiler() *ast.Compiler {
	return ast.NewCompiler().
		WithDefaultRegoVersion(ast.RegoV1).
		WithCapabilities(capabilities(false))
}

// resultVar is what the queries bind their answer to.
const resultVar = ast.Var("result")

// query builds result = {"<id>": data.guard.rules.<category>.<name>.deny, …}.
func (q *kindQuery) query(rules []*rule) (ast.Body, error) {
	pairs := make([][2]*ast.Term, len(rules))
	for i, r := range rules {
		deny := r.module.parsed.Package.Path.Append(ast.StringTerm("deny"))
		pairs[i] = [2]*ast.Term{ast.StringTerm(r.ID), ast.NewTerm(deny)}
	}
	body := ast.NewBody(ast.Equality.Expr(ast.NewTerm(resultVar), ast.ObjectTerm(pairs...)))
	compiled, err := q.compiler.QueryCompiler().Compile(body)
	if err != nil {
		return nil, fmt.Errorf("compile the query for %s: %w", q.kind, err)
	}
	return compiled, nil
}

// newQuery is what every evaluation of rules begins with. A builtin that fails
// is an error, and none makes much of little.
func newQuery(query ast.Body) *topdown.Query {
	boundBuiltins()
	return topdown.NewQuery(query).WithStrictBuiltinErrors(true)
}

// run asks one of the queries.
func (q *kindQuery) run(ctx context.Context, query ast.Body, input *ast.Term) (ast.Object, error) {
	txn, err := q.params.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	defer q.params.Abort(ctx, txn)
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	results, err := newQuery(query).
		WithCompiler(q.compiler).
		WithStore(q.params).
		WithTransaction(txn).
		WithCancel(cancel).
		WithInput(input).
		WithMetrics(metrics.NoOp()).
		Run(ctx)
	if err != nil {
		return nil, err
	}
	return answered(results)
}

func answered(results topdown.QueryResultSet) (ast.Object, error) {
	if len(results) != 1 || results[0][resultVar] == nil {
		return nil, fmt.Errorf("the query is undefined")
	}
	object, ok := results[0][resultVar].Value.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("the query answered with something else than an object")
	}
	return object, nil
}

// paramStore holds the parameters of all rules as data.guard.params.
func (lib *library) paramStore() storage.Store {
	params := ast.NewObject()
	for _, r := range lib.rules {
		if len(r.Values) > 0 {
			params.Insert(ast.StringTerm(r.ID), ast.NewTerm(ast.MustInterfaceToValue(r.Values)))
		}
	}
	guard := ast.NewObject([2]*ast.Term{ast.StringTerm("params"), ast.NewTerm(params)})
	return inmem.NewFromASTObject(ast.NewObject([2]*ast.Term{ast.StringTerm("guard"), ast.NewTerm(guard)}))
}
