package gitlab

import (
	"slices"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// runContext is what was worked out of one run.
type runContext struct {
	provider   *Provider
	run        flow.Run
	predefined map[string]worth
	pipeline   []variableEntry // variables of the file, and those that the pipeline's rules set
	workflow   []fate          // what the pipeline's rules make of it; nil where it has none
	jobs       [][]fate        // nil where a job was not asked about
	waiting    []logic.Answer  // whether each job, where it does not run, waits for a person
	sent       []*sent         // what earlier jobs send to each; nil where that was not asked about
}

// in returns what is worked out of a run.
func (p *Provider) in(run flow.Run) *runContext {
	if c := p.context[run]; c != nil {
		return c
	}
	c := &runContext{provider: p, run: run, predefined: predefinedIn(run, p.world), jobs: make([][]fate, len(p.file.plans)), sent: make([]*sent, len(p.file.plans))}
	c.pipeline = p.file.variables
	if p.file.workflow != nil {
		c.workflow = p.file.workflow.fates(&context{run: run, lookup: p.file.options.Lookup, worth: c.worthOf(nil, p.given, c.pipeline)})
	}
	if len(c.workflow) == 1 {
		c.pipeline = slices.Concat(c.workflow[0].variables, c.pipeline)
	}
	p.context[run] = c
	return c
}

// fates lists what the rules make of a job.
func (c *runContext) fates(job int) []fate {
	if c.jobs[job] == nil {
		plan := &c.provider.file.plans[job]
		c.jobs[job] = plan.fates(&context{run: c.run, lookup: c.provider.file.options.Lookup, worth: c.worthOf(plan, c.provider.given, plan.variables, c.pipeline), before: c.worthOf(nil, c.provider.given)})
	}
	return c.jobs[job]
}

// waits tells whether a job that does not run waits for somebody to play it,
// and those behind it with it.
func (c *runContext) waits(job int) logic.Answer {
	if c.waiting == nil {
		c.waiting = make([]logic.Answer, len(c.jobs))
		for i := range c.waiting {
			c.waiting[i] = c.provider.blocks(c.run, i)
		}
	}
	return c.waiting[job]
}

// received is what earlier jobs send to a job. While that is worked out, it is
// nothing.
func (c *runContext) received(job int) *sent {
	known := c.sent[job]
	if known == nil {
		c.sent[job] = &sent{}
	}
	if known != nil {
		return known
	}
	found := c.provider.received(c.run, job)
	c.sent[job] = &found
	return &found
}

// worthOf looks variables up for conditions: the first list that has one wins.
// Of the last list a job takes what it inherits; values inside values are not
// replaced there.
func (c *runContext) worthOf(job *plan, lists ...[]variableEntry) func(string) worth {
	return func(name string) worth {
		for i, list := range lists {
			inherited := job == nil || i < len(lists)-1 || job.inherited(name)
			if entry := entryNamed(list, name); entry != nil && inherited {
				return c.entryWorth(entry)
			}
		}
		if w, known := c.predefined[name]; known {
			return w
		}
		return textWorth(symbol.Of(settingNamed(name)))
	}
}

func entryNamed(list []variableEntry, name string) *variableEntry {
	for i := range list {
		if list[i].name == name {
			return &list[i]
		}
	}
	return nil
}

// entryWorth is the value of a variable of the file. Who starts a pipeline by
// hand may set those that GitLab asks for.
func (c *runContext) entryWorth(entry *variableEntry) worth {
	switch {
	case entry.asked && c.run.Event == eventWeb:
		return textWorth(symbol.Of(symbol.Part{Kind: symbol.Input, Name: entry.name, Source: "$" + entry.name}))
	case !entry.raw && variable.MatchString(entry.value):
		return textWorth(symbol.Value{{Kind: symbol.Unknown, Reason: "$" + entry.name + " holds other variables, which conditions do not replace", Source: "$" + entry.name}})
	}
	return written(entry.value)
}

// settingNamed is a variable that neither the file nor GitLab sets: if it is
// set at all, then in the settings of the project or a group.
func settingNamed(name string) symbol.Part {
	kind := symbol.Setting
	if isSecretName(name) {
		kind = symbol.Secret
	}
	return symbol.Part{Kind: kind, Name: name, Source: "$" + name}
}
