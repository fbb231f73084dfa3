package azure

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// Provider answers what becomes of a pipeline in a run.
type Provider struct {
	file       *File
	follow     Follow
	traces     map[traceKey]Trace
	conditions conditions
	setters    []map[string][]setter // of each job, by the variable's name in lower case
	variables  indexes
	left       int // how much may still be looked up, all questions together
	before     map[beforeKey][]int
	remembered int // stages and jobs in before
	there      map[beforeKey]logic.Answer
}

// maxWork bounds what all questions together look up. It is far more than any
// pipeline that people write needs.
const maxWork = 20_000_000

// tooOften says why something is not known that a bound keeps from being.
const tooOften = "variables and conditions lead to each other too often"

// work counts what is looked up; ok is false where that is too much.
func (p *Provider) work(n int) (ok bool) {
	p.left = max(0, p.left-n)
	return p.left > 0
}

var _ flow.Provider = (*Provider)(nil)

// Environment is what a script sees beside what it sets itself.
type Environment struct {
	// Lookup returns the value of a variable of the environment; ok is false
	// where nothing in the file sets it.
	Lookup func(name string) (v symbol.Value, ok bool)

	// Expression returns what Azure writes in the place of a macro or an
	// expression before the shell reads the script: "$(Build.BuildId)",
	// "${{ parameters.tag }}", brackets included.
	Expression func(text string) symbol.Value
}

// Trace is what became of a script that was followed. Values lists what a word
// of the command at an index of the script's commands can be; it is never
// empty.
type Trace interface {
	Values(command int, word *shell.Word) []symbol.Value
}

// Follow follows a script.
type Follow func(script *pipeline.Script, environment Environment) Trace

// NewProvider returns the provider of a file. Follow follows its scripts; nil
// knows variables that are set once, and nothing more.
func NewProvider(file *File, follow Follow) *Provider {
	p := &Provider{file: file, follow: follow, left: maxWork, traces: map[traceKey]Trace{}, before: map[beforeKey][]int{}, there: map[beforeKey]logic.Answer{}}
	if follow == nil {
		p.follow = plain
	}
	p.conditions = conditionsOf(file)
	p.setters = settersOf(file)
	p.variables = indexesOf(file, p.setters)
	return p
}

// Before lists the jobs whose outcome decides on a job: those of its stage that
// it depends on, and all jobs of the stages before.
func (p *Provider) Before(job int) []int {
	info := p.file.jobs[job]
	before := append([]int{}, info.before...)
	for _, stage := range p.file.stages[info.stage].before {
		before = append(before, p.file.stages[stage].jobs...)
	}
	return before
}

// Gate knows stages that a person starts. Approvals of environments are
// settings, which no file holds.
func (p *Provider) Gate(_ flow.Run, job int) flow.Gate {
	if p.file.stages[p.file.jobs[job].stage].manual {
		return flow.Gate{Manual: true, Blocks: logic.Yes}
	}
	return flow.Gate{Blocks: logic.No}
}

// Locked is unknown where a job names an environment: an exclusive lock is one
// of its checks, which no file holds.
func (p *Provider) Locked(job int) logic.Answer {
	if name := p.file.Pipeline.Jobs[job].Environment.Value; name != "" {
		return logic.Maybe("whether environment " + name + " takes one run at a time is a check of its own, which was not read")
	}
	return logic.No
}

// Tolerated tells whether continueOnError takes a failure for success.
func (p *Provider) Tolerated(run flow.Run, place flow.Place) logic.Answer {
	text := p.file.jobs[place.Job].tolerated
	if place.Step >= 0 {
		text = p.file.jobs[place.Job].steps[place.Step].tolerated
	}
	return p.says(run, place, text)
}

// says tells whether a text of the file means yes.
func (p *Provider) says(run flow.Run, place flow.Place, text string) logic.Answer {
	if text == "" {
		return logic.No
	}
	value := p.at(run, place, nil).text(text)
	if known, ok := value.Known(); ok {
		return logic.Is(equalFold(known, "true"))
	}
	return logic.Maybe(reasonOf(value))
}

func reasonOf(v symbol.Value) string {
	if reason := v.Reason(); reason != "" {
		return reason
	}
	return v.String() + " is not known here"
}

// Values lists what a text of a job or step is, one value for every row of a
// matrix that differs.
func (p *Provider) Values(run flow.Run, place flow.Place, text string) []symbol.Value {
	return p.overRows(run, place, func(s *scope) []symbol.Value { return []symbol.Value{s.text(text)} })
}

// Operand lists what a word of a script, or an input of a task, is.
func (p *Provider) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	place := flow.Place{Job: activity.Job, Step: activity.Step}
	if operand.Word == nil {
		return p.Values(run, place, operand.Text)
	}
	return p.overRows(run, place, func(s *scope) []symbol.Value { return s.word(activity.Command, operand.Word) })
}

// overRows asks for values in every row of a job's matrix.
func (p *Provider) overRows(run flow.Run, place flow.Place, of func(*scope) []symbol.Value) []symbol.Value {
	rows := p.file.jobs[place.Job].rows
	if len(rows) == 0 {
		rows = []row{nil}
	}
	var values []symbol.Value
	seen := map[string]bool{}
	for i, r := range rows {
		at := p.at(run, place, r)
		at.number = i
		for _, value := range of(at) {
			if len(values) == maxValues || p.left == 0 {
				return append(values, symbol.Nobody("it may be more than is followed"))
			}
			if key := value.String() + "\x00" + value.Reason(); !seen[key] {
				seen[key] = true
				values = append(values, value)
			}
		}
	}
	return values
}
