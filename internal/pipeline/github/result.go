package github

import (
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// resultKey names a step in a run.
type resultKey struct {
	run   flow.Run
	place flow.Place
}

// stepResult is what a step leaves to those behind it.
type stepResult struct {
	followed    bool // nothing else is left behind
	outputs     map[string]symbol.Value
	environment map[string]symbol.Value
}

// needs answers needs.JOB.outputs.NAME and needs.JOB.result.
func (m *moment) needs(chain []string) operand {
	if len(chain) < 2 {
		return unknownObject("needs")
	}
	prefix := ""
	if m.call != nil {
		prefix = m.call.prefix
	}
	for _, i := range m.provider.before[m.place.Job] {
		if !strings.EqualFold(m.provider.pipeline.Jobs[i].ID, prefix+chain[0]) {
			continue
		}
		if chain[1] == "result" {
			return m.jobResult(i)
		}
		if chain[1] == "outputs" && len(chain) == 3 {
			return m.jobOutput(i, chain[2])
		}
	}
	return unknown("needs." + strings.Join(chain, ".") + " is not known")
}

// jobResult is success, failure or skipped.
func (m *moment) jobResult(job int) operand {
	if m.state == nil {
		return unknown("how job " + m.provider.pipeline.Jobs[job].ID + " ends is known only in a run")
	}
	outcome := m.state[job]
	switch {
	case outcome.Runs.IsUnknown():
		return unknown(outcome.Runs.Reason)
	case outcome.Runs.IsNo():
		return literal("skipped")
	case outcome.Failed && m.provider.Tolerated(m.run, flow.Place{Job: job, Step: -1}).IsNo():
		return literal("failure")
	}
	return literal("success")
}

func (m *moment) jobOutput(job int, name string) operand {
	source := &m.provider.pipeline.Jobs[job]
	if c := m.provider.origins[job].calls; c != nil {
		output, _ := variable(c.outputs, name)
		next := m.deeper(flow.Place{Job: job, Step: -1})
		next.call = c
		return next.text(output.Value)
	}
	if output, found := variable(source.Outputs, name); found {
		return m.deeper(flow.Place{Job: job, Step: len(source.Steps)}).text(output.Value)
	}
	if source.Uses != nil {
		return opaque([]string{"needs", source.ID, "outputs", name})
	}
	return literal("")
}

// steps answers steps.ID.outputs.NAME and steps.ID.outcome.
func (m *moment) steps(chain []string) operand {
	if len(chain) < 2 {
		return unknownObject("steps")
	}
	job := m.job()
	for i := range job.Steps {
		at := m.provider.origins[m.place.Job].steps[i]
		if !strings.EqualFold(job.Steps[i].ID, chain[0]) || m.place.Step >= 0 && i >= m.place.Step || at.action != m.action {
			continue
		}
		if chain[1] == "outputs" && len(chain) == 3 {
			return textOf(m.stepOutput(flow.Place{Job: m.place.Job, Step: i}, chain[2]))
		}
		return m.stepOutcome()
	}
	if chain[0] == "*" {
		return unknown("steps." + strings.Join(chain, ".") + " is not known")
	}
	return null // no step before has that id
}

// stepOutcome is success where nothing has failed so far.
func (m *moment) stepOutcome() operand {
	if m.failed {
		return unknown("which step has failed is known only in a run")
	}
	return literal("success")
}

// stepOutput is an output of a step. Where nothing is known of it it is at
// least the same wherever it stands.
func (m *moment) stepOutput(place flow.Place, name string) symbol.Value {
	result := m.result(place)
	if v, found := result.outputs[strings.ToLower(name)]; found {
		return v
	}
	step := &m.provider.pipeline.Jobs[place.Job].Steps[place.Step]
	if used := m.provider.uses(place); used != nil {
		output, _ := variable(used.outputs, name)
		next := m.deeper(flow.Place{Job: place.Job, Step: used.end})
		next.action = used
		return next.text(output.Value).value()
	}
	if result.followed {
		return nil
	}
	return opaque([]string{"steps", step.ID, "outputs", name}).value()
}

// written is what earlier steps of the job wrote to $GITHUB_ENV under a name.
func (m *moment) written(name string) (symbol.Value, bool) {
	for i := min(m.place.Step, len(m.job().Steps)) - 1; i >= 0; i-- {
		if !mayWriteEnvironment(m.job().Steps[i]) {
			continue
		}
		result := m.result(flow.Place{Job: m.place.Job, Step: i})
		if v, found := result.environment[name]; found {
			return v, true
		}
	}
	return nil, false
}

// result works out what a step leaves behind, once for each run.
func (m *moment) result(place flow.Place) stepResult {
	key := resultKey{m.run, place}
	p := m.provider
	if known, done := p.results[key]; done {
		return known
	}
	if p.active[key] || m.depth > maxValueDepth {
		return stepResult{}
	}
	p.active[key] = true
	result := m.deeper(place).follow()
	delete(p.active, key)
	if m.matrix == nil {
		p.results[key] = result
	}
	return result
}

// uses is the composite action that a step uses, where it could be read.
func (p *Provider) uses(place flow.Place) *action {
	steps := p.origins[place.Job].steps
	if next := place.Step + 1; next < len(steps) && steps[next].action != nil && steps[next].action.caller == place.Step {
		return steps[next].action
	}
	return nil
}
