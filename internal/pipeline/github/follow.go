package github

import (
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/expand"
	"guard/internal/pipeline/symbol"
)

// mayWriteEnvironment tells whether a step can leave variables to later ones.
func mayWriteEnvironment(step pipeline.Step) bool {
	return step.Script != nil && strings.Contains(step.Script.Text, "GITHUB_ENV")
}

// follow works out what the step of a place leaves behind.
func (m *moment) follow() stepResult {
	step := m.step()
	switch {
	case step.Script != nil:
		return m.followScript()
	case step.Uses != nil:
		return stepResult{outputs: m.actionOutputs(step)}
	}
	return stepResult{}
}

func (m *moment) step() *pipeline.Step { return &m.job().Steps[m.place.Step] }

func (m *moment) followScript() stepResult {
	trace := m.trace()
	if trace.Incomplete() != "" {
		return stepResult{}
	}
	result := stepResult{followed: true, outputs: map[string]symbol.Value{}, environment: map[string]symbol.Value{}}
	for _, a := range trace.Outputs {
		result.outputs[strings.ToLower(a.Name)] = a.Value
	}
	for _, a := range trace.Environment {
		result.environment[a.Name] = a.Value
	}
	return result
}

// trace follows the script of the step, once for each run.
func (m *moment) trace() *expand.Trace {
	key := resultKey{m.run, m.place}
	if known, done := m.provider.traces[key]; done && m.matrix == nil {
		return known
	}
	trace := expand.Follow(m.step().Script, expand.Scope{Lookup: m.variable, Expression: m.replaced, Budget: m.provider.budget})
	if m.matrix == nil {
		m.provider.traces[key] = trace
	}
	return trace
}

// replaced is what GitHub puts in the place of ${{ … }} in a script.
func (m *moment) replaced(text string) symbol.Value {
	inside := strings.TrimSuffix(strings.TrimPrefix(text, "${{"), "}}")
	return m.deeper(m.place).expression(inside)
}

// variable is an environment variable as a script of the step sees it.
func (m *moment) variable(name string) (value symbol.Value, ok bool) {
	switch name {
	case expand.HeadCommit:
		return symbol.Of(m.commit()), true
	case expand.HeadBranch:
		return symbol.Text(m.branch()), m.run.Tag == "" && !m.ofMerge()
	case expand.HeadTag:
		return symbol.Text(m.run.Tag), true
	}
	if m.sets(name) {
		return m.env(name).value(), true
	}
	return m.predefined(name)
}

// sets tells whether env: somewhere, or an earlier step, sets a variable.
func (m *moment) sets(name string) bool {
	for _, scope := range [][]pipeline.Variable{m.step().Env, m.job().Env, m.workflowEnv()} {
		for _, v := range scope {
			if v.Name == name {
				return true
			}
		}
	}
	_, written := m.written(name)
	return written
}

// predefined is a variable that the runner sets. What nobody is known to set
// may still come from an action before.
func (m *moment) predefined(name string) (symbol.Value, bool) {
	context, isGitHub := strings.CutPrefix(name, "GITHUB_")
	switch {
	case name == "CI" || name == "GITHUB_ACTIONS":
		return symbol.Text("true"), true
	case isGitHub && context == "EVENT_NAME":
		return m.github([]string{"event_name"}).value(), true
	case isGitHub:
		return m.github([]string{strings.ToLower(context)}).value(), true
	case strings.HasPrefix(name, "RUNNER_"):
		return opaque([]string{"runner", strings.ToLower(strings.TrimPrefix(name, "RUNNER_"))}).value(), true
	}
	return nil, false
}

// actionOutputs are the outputs of the actions that are known.
func (m *moment) actionOutputs(step *pipeline.Step) map[string]symbol.Value {
	switch strings.ToLower(step.Uses.Name) {
	case "docker/metadata-action":
		return m.metadata(step)
	case "docker/build-push-action":
		digest := symbol.Part{Kind: symbol.Digest, Name: m.job().ID + "/" + step.ID, Source: "steps." + step.ID + ".outputs.digest"}
		return map[string]symbol.Value{"digest": symbol.Of(digest), "imageid": symbol.Of(digest)}
	}
	return nil
}

// with is an input of the step's action; the empty value where it is not
// given.
func (m *moment) with(name string) symbol.Value {
	given, _ := variable(m.step().With, name)
	return m.text(given.Value).value()
}
