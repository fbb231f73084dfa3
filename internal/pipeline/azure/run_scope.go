package azure

import (
	"strings"

	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// scope is a place of the pipeline in a run: what names stand for there.
type scope struct {
	provider *Provider
	run      flow.Run
	place    flow.Place
	row      row // of the job's matrix; nil where it has none
	number   int // of the row
	level    level
	state    flow.State // what became of other jobs; nil where no run is played
	failed   bool       // a step before has failed
	depth    int        // variables inside the values of variables
	left     *int       // lookups that may still be made
}

// level says whose condition or variables are asked for.
type level uint8

const (
	ofJob level = iota
	ofStage
	ofStep
	ofFile // of what inserts stages: only the variables of the file itself
)

// maxLookups bounds the variables that one text leads to.
const maxLookups = 2000

// at is the scope of a job, or of a step.
func (p *Provider) at(run flow.Run, place flow.Place, r row) *scope {
	left := maxLookups
	return &scope{provider: p, run: run, place: place, row: r, left: &left}
}

func (s *scope) file() *File { return s.provider.file }

// deeper is the scope for the value of a variable.
func (s *scope) deeper() *scope {
	inner := *s
	inner.depth++
	return &inner
}

// exhausted tells whether variables lead to others too often.
func (s *scope) exhausted() bool {
	*s.left--
	return !s.provider.work(1) || *s.left < 0 || s.depth > maxRounds
}

// Name is what a name at the beginning of a chain stands for in the run.
func (s *scope) Name(name string) expression.Value {
	switch lower(name) {
	case "variables":
		return expression.OfObject(lookup{func(key string) expression.Value {
			v, _ := s.variable(key)
			return expression.OfSymbol(v)
		}})
	case "parameters":
		return expression.OfObject(lookup{s.parameter})
	case "dependencies":
		return expression.OfObject(lookup{s.dependency})
	case "stagedependencies":
		return expression.OfObject(lookup{s.stageDependency})
	case "pipeline":
		return expression.OfObject(lookup{func(key string) expression.Value {
			if equalFold(key, "startTime") {
				return expression.OfSymbol(symbol.Of(symbol.Part{Kind: symbol.Date, Source: "pipeline.startTime"}))
			}
			return expression.Nobody("pipeline." + key + " is not known here")
		}})
	}
	return expression.Nobody(name + " is not known here")
}

// lookup is an object of which members are only asked for.
type lookup struct {
	get func(key string) expression.Value
}

func (lookup) IsList() bool { return false }

func (l lookup) Get(key string) expression.Value { return l.get(key) }

func (lookup) Each(func(string, expression.Value) bool) {}

// parameter is one of the pipeline's own. Whoever starts a run by hand sets it;
// all other runs have its default.
func (s *scope) parameter(name string) expression.Value {
	p, known := s.file().parameters[lower(name)]
	switch {
	case !known:
		return expression.Value{}
	case s.run.Situation == flow.Manual && p.kind != "" && p.kind != "string":
		return expression.Nobody("the parameter " + name + " is set by whoever starts the run")
	case s.run.Situation == flow.Manual:
		return expression.OfSymbol(symbol.Of(symbol.Part{Kind: symbol.Input, Name: name, Source: "parameters." + name}))
	case !p.given:
		return expression.Nobody(p.reason(name))
	}
	return p.value.asExpression(p.kind)
}

// dependency is dependencies.NAME: of a job, another job of its stage; of a
// stage, another stage.
func (s *scope) dependency(name string) expression.Value {
	stage := s.file().jobs[s.place.Job].stage
	if s.level != ofStage {
		for _, i := range s.file().stages[stage].jobs {
			if equalFold(s.file().jobs[i].name, name) {
				return s.result(s.outcome(i), []int{i})
			}
		}
	}
	for i := range s.file().stages {
		if equalFold(s.file().stages[i].name, name) && i != stage {
			return s.result(s.stageOutcome(i), s.file().stages[i].jobs)
		}
	}
	return expression.Nobody("dependencies." + name + " is not known here")
}

// stageDependency is stageDependencies.STAGE, which asks for jobs.
func (s *scope) stageDependency(name string) expression.Value {
	for i := range s.file().stages {
		if !equalFold(s.file().stages[i].name, name) {
			continue
		}
		return expression.OfObject(lookup{func(job string) expression.Value {
			for _, at := range s.file().stages[i].jobs {
				if equalFold(s.file().jobs[at].name, job) {
					return s.result(s.outcome(at), []int{at})
				}
			}
			return expression.Nobody("the stage " + name + " has no job " + job)
		}})
	}
	return expression.Nobody("there is no stage " + name + " here")
}

// result is the object with the result and the outputs of a job or stage.
func (s *scope) result(outcome flow.Outcome, jobs []int) expression.Value {
	return expression.OfObject(lookup{func(key string) expression.Value {
		switch {
		case equalFold(key, "result"):
			return resultOf(outcome)
		case equalFold(key, "outputs"):
			return expression.OfObject(lookup{func(name string) expression.Value {
				return expression.OfSymbol(s.output(jobs, name))
			}})
		}
		return expression.Value{}
	}})
}

func resultOf(outcome flow.Outcome) expression.Value {
	switch {
	case outcome.Runs.IsNo():
		return expression.OfText("Skipped")
	case outcome.Runs.IsUnknown():
		return expression.Nobody(outcome.Runs.Reason)
	case outcome.Failed:
		return expression.OfText("Failed")
	}
	return expression.OfText("Succeeded")
}

// text is what a text of the file is in the run: macros, ${{ … }} and $[ … ]
// are replaced.
func (s *scope) text(text string) symbol.Value {
	if !strings.Contains(text, "$") {
		return symbol.Text(text)
	}
	if s.exhausted() || !s.provider.work(len(text)/bytesPerPart) {
		return symbol.Nobody(tooOften)
	}
	if inside, ok := runtimeExpression(text); ok {
		return expression.Evaluate(parse(inside), s.deeper()).String()
	}
	var parts []symbol.Value
	for _, p := range pieces(text) {
		if p.expression {
			parts = append(parts, s.inserted(p.text))
		} else {
			parts = append(parts, s.macros(p.text))
		}
	}
	return bounded(symbol.Join(parts...))
}

// inserted is what ${{ … }} writes into a text. Macros in it are replaced later,
// as everywhere.
func (s *scope) inserted(text string) symbol.Value {
	value := expression.Evaluate(parse(text), s.deeper()).String()
	if known, ok := value.Known(); ok && strings.Contains(known, "$(") {
		return s.deeper().text(known)
	}
	return value
}

func (s *scope) macros(text string) symbol.Value {
	var parts []symbol.Value
	end := 0
	for _, at := range macrosIn(text) {
		value, _ := s.variable(text[at[2]:at[3]])
		parts = append(parts, symbol.Text(text[end:at[0]]), value)
		end = at[1]
	}
	return symbol.Join(append(parts, symbol.Text(text[end:]))...)
}

// bounded keeps a value from growing without end.
func bounded(v symbol.Value) symbol.Value {
	size := len(v)
	for _, p := range v {
		size += len(p.Text)
	}
	if size > 64<<10 {
		return symbol.Nobody("a text is too long to be followed")
	}
	return v
}
