package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// moment is a place of a workflow in a run, at which expressions are
// evaluated.
type moment struct {
	provider *Provider
	run      flow.Run
	place    flow.Place
	state    flow.State        // of the jobs before; nil where nobody asks
	failed   bool              // an earlier step of the job has failed
	blind    bool              // nobody knows how the steps and jobs before ended
	matrix   map[string]string // values of the matrix's variables, where one is chosen
	depth    int               // how many values this one is a part of

	call   *call   // the call that brings the job; nil for a job of the file
	action *action // the composite action whose step it is; nil for a step of the job itself
	above  []int   // the jobs that status functions ask for; nil: all that the job needs
}

// maxValueDepth bounds values that are made of other values.
const maxValueDepth = 20

func (p *Provider) at(run flow.Run, place flow.Place) *moment {
	m := &moment{provider: p, run: run}
	m.move(place)
	return m
}

// move goes to a place.
func (m *moment) move(place flow.Place) {
	origin := m.provider.origins[place.Job]
	m.place, m.call, m.action, m.above = place, origin.call, nil, nil
	if place.Step >= 0 && place.Step < len(origin.steps) {
		m.action = origin.steps[place.Step].action
	}
}

// needed lists the jobs that status functions ask for.
func (m *moment) needed() []int {
	if m.above != nil {
		return m.above
	}
	return m.provider.asked[m.place.Job]
}

func (m *moment) job() *pipeline.Job { return &m.provider.pipeline.Jobs[m.place.Job] }

// status answers success() and its kin: of a job's condition they ask for all
// jobs that it needs, directly or not; of a step's for the steps before it.
func (m *moment) status(function string) logic.Answer {
	switch function {
	case "always":
		return logic.Yes
	}
	if m.blind {
		return logic.Maybe(function + "() depends on how what came before ended")
	}
	switch function {
	case "cancelled":
		return logic.No
	case "failure":
		return m.anyFailed()
	default:
		return m.allWell()
	}
}

func (m *moment) allWell() logic.Answer {
	if m.place.Step >= 0 {
		return logic.Is(!m.failed)
	}
	answers := []logic.Answer{}
	for _, i := range m.needed() {
		answers = append(answers, m.succeeded(i))
	}
	return logic.And(answers...)
}

// succeeded tells whether a job ran and went well. A failure that
// continue-on-error covers up counts as success.
func (m *moment) succeeded(job int) logic.Answer {
	outcome := m.state[job]
	if outcome.Failed {
		return logic.And(outcome.Runs, m.provider.Tolerated(m.run, flow.Place{Job: job, Step: -1}))
	}
	return outcome.Runs
}

func (m *moment) anyFailed() logic.Answer {
	if m.place.Step >= 0 {
		return logic.Is(m.failed)
	}
	for _, i := range m.needed() {
		if outcome := m.state[i]; outcome.Failed {
			return logic.And(outcome.Runs, logic.Not(m.provider.Tolerated(m.run, flow.Place{Job: i, Step: -1})))
		}
	}
	return logic.No
}

// context answers what a chain of properties holds.
func (m *moment) context(chain []string) operand {
	if m.depth > maxValueDepth {
		return unknown("values are made of values too deep")
	}
	name := ""
	if len(chain) > 1 {
		name = chain[1]
	}
	switch chain[0] {
	case "github":
		return m.github(chain[1:])
	case "env":
		return m.env(name)
	case "matrix":
		return m.matrixValue(strings.Join(chain[1:], "."))
	case "vars":
		return part(symbol.Part{Kind: symbol.Setting, Name: name, Source: "vars." + name})
	case "secrets":
		return m.secret(name)
	case "inputs":
		return m.input(name)
	case "needs", "jobs":
		return m.needs(chain[1:])
	case "steps":
		return m.steps(chain[1:])
	case "runner":
		return m.runner(name)
	}
	return opaque(chain)
}

// opaque is a value that is one and the same wherever it stands in a run.
func opaque(chain []string) operand {
	name := strings.Join(chain, ".")
	return part(symbol.Part{Kind: symbol.Opaque, Name: name, Source: name})
}

// secret is a secret's value. A pull request from a fork gets none but the
// token, unless it runs by pull_request_target.
func (m *moment) secret(name string) operand {
	if m.run.Situation == flow.Fork && m.run.Event == "pull_request" && name != "GITHUB_TOKEN" {
		return literal("")
	}
	return part(symbol.Part{Kind: symbol.Secret, Name: name, Source: "secrets." + name})
}

// input is what whoever starts the run sets. In a run that nobody starts by
// hand it is nothing.
func (m *moment) input(name string) operand {
	if m.action != nil {
		return m.given(name, m.action.given, m.action.defaults, flow.Place{Job: m.place.Job, Step: m.action.caller})
	}
	if m.call != nil {
		return m.given(name, m.call.given, m.call.defaults, flow.Place{Job: m.call.caller, Step: -1})
	}
	if m.run.Event != "workflow_dispatch" {
		return null
	}
	given := symbol.Part{Kind: symbol.Input, Name: name, Source: "inputs." + name}
	options := m.provider.options(given)
	return operand{kind: textKind, text: symbol.Of(given), filled: len(options) > 0 && !slices.Contains(options, "")}
}

// given is an input as the user of a workflow or an action hands it over, or
// its default.
func (m *moment) given(name string, given, defaults []pipeline.Variable, user flow.Place) operand {
	if v, found := variable(given, name); found {
		return m.deeper(user).text(v.Value)
	}
	v, _ := variable(defaults, name)
	return literal(v.Value)
}

func (m *moment) runner(name string) operand {
	if name == "os" {
		return literal("Linux")
	}
	return opaque([]string{"runner", name})
}

// matrixValue is the value that was chosen for a variable of the matrix, or
// its only one.
func (m *moment) matrixValue(name string) operand {
	if value, chosen := m.matrix[strings.ToLower(name)]; chosen {
		return literal(value)
	}
	for _, axis := range m.job().Matrix {
		if strings.EqualFold(axis.Name, name) && axis.Known && len(axis.Values) == 1 {
			return literal(axis.Values[0])
		}
	}
	reason := "matrix." + name + " is known only in a run"
	return textOf(symbol.Of(symbol.Part{Kind: symbol.Unknown, Reason: reason, Source: matrixSource + name}))
}

// env looks a variable up: what earlier steps wrote to $GITHUB_ENV is behind
// the step's own, and before the job's and the workflow's.
func (m *moment) env(name string) operand {
	if m.place.Step >= 0 {
		if v, found := variable(m.ownEnv(), name); found {
			return m.deeper(m.place).text(v.Value)
		}
		if m.action != nil {
			return m.deeper(flow.Place{Job: m.place.Job, Step: m.action.caller}).env(name)
		}
		if v, found := m.written(name); found {
			return textOf(v)
		}
	}
	for _, scope := range [][]pipeline.Variable{m.job().Env, m.workflowEnv()} {
		if v, found := variable(scope, name); found {
			return m.deeper(flow.Place{Job: m.place.Job, Step: -1}).text(v.Value)
		}
	}
	if m.place.Step > 0 {
		return unknown("env." + name + " is not set in the file; an earlier step may set it")
	}
	return literal("")
}

// ownEnv is env: of the step; behind the last step there is none.
func (m *moment) ownEnv() []pipeline.Variable {
	if m.place.Step >= len(m.job().Steps) {
		return nil
	}
	return m.step().Env
}

// workflowEnv is env: of the workflow that the job stands in.
func (m *moment) workflowEnv() []pipeline.Variable {
	if m.call != nil {
		return m.call.env
	}
	return m.provider.pipeline.Env
}

func variable(scope []pipeline.Variable, name string) (pipeline.Variable, bool) {
	for _, v := range scope {
		if strings.EqualFold(v.Name, name) {
			return v, true
		}
	}
	return pipeline.Variable{}, false
}

// deeper is another place in the same run, for a value that is a part of one
// of this place.
func (m *moment) deeper(place flow.Place) *moment {
	next := *m
	next.move(place)
	next.depth = m.depth + 1
	return &next
}

// text evaluates the expressions of a text and puts their values in.
func (m *moment) text(text string) operand {
	if !strings.Contains(text, "${{") {
		return literal(text)
	}
	if node := m.provider.parse(strings.TrimSpace(text)); node != nil {
		return evaluate(node, m)
	}
	var out []symbol.Value
	at := 0
	for _, e := range scan(text, nil) {
		out = append(out, symbol.Text(text[at:e.start]), m.expression(e.Text))
		at = e.end
	}
	return textOf(symbol.Join(append(out, symbol.Text(text[at:]))...))
}

// expression evaluates the inside of one expression.
func (m *moment) expression(inside string) symbol.Value {
	node := m.provider.parse(inside)
	if node == nil {
		return symbol.Nobody("the expression " + inside + " cannot be read")
	}
	value := evaluate(node, m).value()
	return sourced(value, inside)
}

// sourced names an expression as the source of what it yields, where that is
// unknown.
func sourced(v symbol.Value, source string) symbol.Value {
	if len(v) == 1 && v[0].Kind == symbol.Unknown && v[0].Source == "" {
		named := v[0]
		named.Source = source
		return symbol.Of(named)
	}
	return v
}
