package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/expand"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"

	"github.com/rhysd/actionlint"
)

// Provider answers how GitHub runs one workflow.
type Provider struct {
	pipeline *pipeline.Pipeline // the whole
	origins  []jobOrigin
	before   [][]int // the jobs that each job needs
	above    [][]int // the jobs that each job needs, and those that these need
	asked    [][]int // those of them that status functions ask for
	main     string  // the default branch; "" where it is not known
	path     string  // owner and name of the repository; "" where they are not known
	budget   *expand.Budget
	parsed   map[string]actionlint.ExprNode
	results  map[resultKey]stepResult
	traces   map[resultKey]*expand.Trace
	active   map[resultKey]bool
}

var _ flow.Provider = (*Provider)(nil)

// Repository is what a workflow is told of its repository. The zero value
// means that nothing is known of it.
type Repository struct {
	Path          string // owner and name, "acme/shop"
	DefaultBranch string
}

// NewProvider returns the provider of the whole of a workflow.
func NewProvider(w *Workflow, repository Repository) *Provider {
	p := w.Whole
	provider := &Provider{
		pipeline: p, origins: w.origins, main: repository.DefaultBranch, path: repository.Path, budget: expand.NewBudget(), parsed: map[string]actionlint.ExprNode{},
		results: map[resultKey]stepResult{}, traces: map[resultKey]*expand.Trace{}, active: map[resultKey]bool{},
	}
	index := map[string]int{}
	for i, job := range p.Jobs {
		index[strings.ToLower(job.ID)] = i
	}
	for i, job := range p.Jobs {
		provider.before = append(provider.before, needed(job, i, index))
	}
	provider.before = acyclic(provider.before)
	for i := range p.Jobs {
		provider.above = append(provider.above, ancestors(i, provider.before))
		provider.asked = append(provider.asked, provider.visible(i))
	}
	return provider
}

func needed(job pipeline.Job, self int, index map[string]int) []int {
	var before []int
	for _, need := range job.Needs {
		if i, known := index[strings.ToLower(need.Job)]; known && i != self && !slices.Contains(before, i) {
			before = append(before, i)
		}
	}
	return before
}

// visible lists the jobs above a job that it can see: of a called workflow the
// job that calls it stands for all.
func (p *Provider) visible(job int) []int {
	var seen []int
	for _, above := range p.above[job] {
		if c := p.origins[above].call; c == nil || p.isInside(job, c) {
			seen = append(seen, above)
		}
	}
	return seen
}

// isInside tells whether a call brings a job, itself or by further calls.
func (p *Provider) isInside(job int, c *call) bool {
	for up := p.origins[job].call; up != nil; up = p.origins[up.caller].call {
		if up == c {
			return true
		}
	}
	return false
}

// acyclic drops the needs of jobs that need themselves; GitHub refuses such a
// workflow, and a rule says so.
func acyclic(before [][]int) [][]int {
	out := make([][]int, len(before))
	for i := range before {
		if !slices.Contains(ancestors(i, before), i) {
			out[i] = before[i]
		}
	}
	return out
}

// ancestors lists the jobs that a job needs, and those that these need.
func ancestors(job int, before [][]int) []int {
	var all []int
	seen := map[int]bool{}
	stack := slices.Clone(before[job])
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !seen[next] {
			seen[next] = true
			all = append(all, next)
			stack = append(stack, before[next]...)
		}
	}
	return all
}

// Before lists the jobs that a job needs, and those that these need: the
// status functions ask for all of them.
func (p *Provider) Before(job int) []int { return p.above[job] }

// Job tells whether a job starts.
func (p *Provider) Job(run flow.Run, job int, state flow.State) logic.Answer {
	at := p.at(run, flow.Place{Job: job, Step: -1})
	at.state = state
	answers := []logic.Answer{}
	for c := p.origins[job].call; c != nil; c = p.origins[c.caller].call {
		answers = append(answers, p.calls(run, c, state))
	}
	if c := p.origins[job].calls; c != nil {
		at.above = p.above[job]
		return logic.And(p.calls(run, c, state), logic.Not(at.anyFailed()))
	}
	return logic.And(append(answers, p.condition(p.pipeline.Jobs[job].Condition.Value, at))...)
}

// calls tells whether a job calls its reusable workflow. That is asked of the
// jobs that it needs, and not of those it calls.
func (p *Provider) calls(run flow.Run, c *call, state flow.State) logic.Answer {
	at := p.at(run, flow.Place{Job: c.caller, Step: -1})
	at.state = state
	return p.condition(p.pipeline.Jobs[c.caller].Condition.Value, at)
}

// Step tells whether a step runs.
func (p *Provider) Step(run flow.Run, place flow.Place, failed bool) logic.Answer {
	at := p.at(run, place)
	at.failed = failed
	runs := p.condition(p.pipeline.Jobs[place.Job].Steps[place.Step].Condition.Value, at)
	if at.action == nil {
		return runs
	}
	return logic.And(p.Step(run, flow.Place{Job: place.Job, Step: at.action.caller}, failed), runs)
}

// condition evaluates if:. Without a status function it holds only where all
// went well.
func (p *Provider) condition(text string, at *moment) logic.Answer {
	text = strings.TrimSpace(text)
	if text == "" {
		return at.status("success")
	}
	node := p.parse(text)
	if node == nil {
		return p.spliced(text, at)
	}
	holds := evaluate(node, at).truth()
	if asksStatus(node) {
		return holds
	}
	return logic.And(at.status("success"), holds)
}

// parse parses a condition or the inside of an expression, once.
func (p *Provider) parse(text string) actionlint.ExprNode {
	if node, known := p.parsed[text]; known {
		return node
	}
	inside := text
	if strings.HasPrefix(text, "${{") && strings.HasSuffix(text, "}}") && strings.Count(text, "${{") == 1 {
		inside = strings.TrimSuffix(strings.TrimPrefix(text, "${{"), "}}")
	}
	var node actionlint.ExprNode
	if len(inside) <= maxExpression && !strings.Contains(inside, "${{") {
		if parsed, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(inside + "}}")); err == nil {
			node = parsed
		}
	}
	p.parsed[text] = node
	return node
}

// asksStatus tells whether an expression calls a status function.
func asksStatus(node actionlint.ExprNode) bool {
	asks := false
	actionlint.VisitExprNode(node, func(n, _ actionlint.ExprNode, entering bool) {
		if call, ok := n.(*actionlint.FuncCallNode); ok && entering {
			asks = asks || slices.Contains(statusFunctions, strings.ToLower(call.Callee))
		}
	})
	return asks
}

// Tolerated evaluates continue-on-error.
func (p *Provider) Tolerated(run flow.Run, place flow.Place) logic.Answer {
	job := &p.pipeline.Jobs[place.Job]
	text := job.MayFail.Value
	if place.Step >= 0 {
		text = job.Steps[place.Step].MayFail.Value
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "false":
		return logic.No
	case "true":
		return logic.Yes
	}
	node := p.parse(strings.TrimSpace(text))
	if node == nil {
		return logic.Maybe("continue-on-error: " + text + " cannot be read")
	}
	return evaluate(node, p.at(run, place)).truth()
}

// Gate answers that nothing in a workflow holds a job back; what an
// environment asks for is a setting of the repository.
func (p *Provider) Gate(flow.Run, int) flow.Gate { return flow.Gate{Blocks: logic.No} }
