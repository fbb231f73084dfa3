package gitlab

import (
	"path"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/expand"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// maxFollowed bounds the sets of variables with which one job's scripts are
// followed.
const maxFollowed = 8

// traceKey names a script that was followed.
type traceKey struct {
	run   flow.Run
	job   int
	scope int // index into the job's scopes
	step  int
}

// Operand lists what the word of a script that holds an operand can be.
func (p *Provider) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	at := flow.Place{Job: activity.Job, Step: activity.Step}
	if operand.Word == nil || activity.Command < 0 || at.Step < 0 {
		return p.Values(run, at, operand.Text)
	}
	word := flow.WordOf(p.file.Pipeline.Jobs[at.Job].Steps[at.Step].Script, activity.Command, operand)
	if word == nil {
		return elsewhere(operand)
	}
	scopes := p.scopes(run, at.Job)
	var values []symbol.Value
	for i := range scopes[:min(len(scopes), maxFollowed)] {
		trace := p.trace(&scopes[i], at.Step)
		if trace == nil {
			return []symbol.Value{symbol.Nobody("the script waits for what it sets itself")}
		}
		for _, v := range trace.Values(activity.Command, word) {
			values = appendNew(values, v)
		}
	}
	if len(scopes) > maxFollowed || p.file.plans[at.Job].matrixCut {
		values = appendNew(values, symbol.Nobody("the job has more combinations of variables than are followed"))
	}
	return values
}

// elsewhere is a word that stands in another file than the script: what
// variables hold there is not known.
func elsewhere(operand pipeline.Operand) []symbol.Value {
	if strings.Contains(operand.Text, "$") {
		return []symbol.Value{symbol.Nobody("what " + operand.Text + " is where it stands is not known")}
	}
	return []symbol.Value{symbol.Text(operand.Text)}
}

// trace follows a script of a job; nil where it is being followed already.
func (p *Provider) trace(s *scope, step int) *expand.Trace {
	key := traceKey{s.run.run, s.job, s.index, step}
	if known, done := p.traces[key]; done {
		return known
	}
	p.traces[key] = nil
	trace := expand.Follow(p.file.Pipeline.Jobs[s.job].Steps[step].Script, expand.Scope{
		Lookup: p.shellVariables(s, step), Expression: interpolated, Budget: p.budget,
	})
	p.traces[key] = trace
	return trace
}

// interpolated is an input of the file that nobody gave.
func interpolated(text string) symbol.Value {
	name := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "$[["), "]]"))
	return symbol.Of(symbol.Part{Kind: symbol.Input, Name: strings.TrimPrefix(name, "inputs."), Source: text})
}

// shellVariables looks up what the shell of a script has in its environment.
// before_script and script run in one shell, after_script in one of its own.
func (p *Provider) shellVariables(s *scope, step int) func(string) (symbol.Value, bool) {
	steps := p.file.Pipeline.Jobs[s.job].Steps
	var before *expand.Trace
	if step > 0 && steps[step].Name == "script" && steps[step-1].Name == "before_script" {
		before = p.trace(s, step-1)
	}
	return func(name string) (symbol.Value, bool) {
		if before != nil {
			if value, set := before.Final(name); set {
				return value, true
			}
		}
		switch name {
		case expand.HeadCommit:
			name = "CI_COMMIT_SHA"
		case expand.HeadBranch:
			return nil, false // GitLab checks a commit out, and no branch
		case expand.HeadTag:
			return symbol.Text(s.run.run.Tag), s.run.run.Tag != ""
		}
		return single(s.variable(name, nil))
	}
}

// single is the only worth of a variable, or one that is unknown.
func single(all []worth) (value symbol.Value, ok bool) {
	if len(all) == 1 {
		return named(all[0].text), true
	}
	return symbol.Nobody("the variable has one of several values"), true
}

// sent is what jobs before a job send it by artifacts:reports:dotenv; unread
// says why that is not all known.
type sent struct {
	values map[string][]symbol.Value
	unread string
}

// maxReports bounds the jobs whose reports one job gets.
const maxReports = 50

// received works out which variables the reports of earlier jobs bring to a
// job.
func (p *Provider) received(run flow.Run, job int) sent {
	out, reports := sent{values: map[string][]symbol.Value{}}, 0
	for _, i := range p.order.senders[job] {
		if presence(p.in(run).fates(i)).IsNo() {
			continue
		}
		if reports++; reports > maxReports || !p.report(run, i, &out) {
			out.unread = "the dotenv report of job " + p.file.Pipeline.Jobs[i].ID + " may set it"
		}
	}
	return out
}

// report adds what a job writes into its reports; complete is false where one
// of them was not seen to be written.
func (p *Provider) report(run flow.Run, job int, out *sent) (complete bool) {
	plan := &p.file.plans[job]
	scopes := p.scopes(run, job)
	complete = len(scopes) <= maxFollowed
	for i := range scopes[:min(len(scopes), maxFollowed)] {
		found := 0
		for _, step := range plan.reporting {
			trace := p.trace(&scopes[i], step)
			if trace == nil {
				return false
			}
			for name, assignments := range trace.Files {
				if isAmong(plan.dotenv, name) {
					found++
					out.add(assignments)
				}
			}
		}
		complete = complete && found >= len(plan.dotenv)
	}
	return complete
}

func (s *sent) add(assignments []expand.Assignment) {
	for _, a := range assignments {
		for _, v := range a.Values {
			s.values[a.Name] = appendNew(s.values[a.Name], v)
		}
	}
}

// reporting lists the scripts of a job that speak of its reports.
func reporting(job *pipeline.Job, files []string) []int {
	var steps []int
	for i, step := range job.Steps {
		for _, file := range files {
			if strings.Contains(step.Script.Text, path.Base(file)) {
				steps = append(steps, i)
				break
			}
		}
	}
	return steps
}

// isAmong tells whether a file is among some.
func isAmong(files []string, name string) bool {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "$CI_PROJECT_DIR/"), "${CI_PROJECT_DIR}/")
	for _, file := range files {
		if path.Clean(file) == path.Clean(name) {
			return true
		}
	}
	return false
}
