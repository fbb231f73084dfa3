package github

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// The limits on what a workflow runs of its own repository. GitHub nests
// reusable workflows four deep, and composite actions ten.
const (
	maxCalls   = 10  // deep
	maxFiles   = 100 // read for one workflow, every use counted
	maxPutInto = 5000
)

// Workflow is a workflow with what it runs of its own repository: the jobs of
// reusable workflows, the steps of composite actions.
type Workflow struct {
	Pipeline *pipeline.Pipeline // as the file says
	Whole    *pipeline.Pipeline // with all of that put in; the same where there is nothing of it
	origins  []jobOrigin        // of the jobs of Whole
}

// jobOrigin is where a job of the whole comes from.
type jobOrigin struct {
	job   int   // index into the file's own jobs
	call  *call // the call that brings it; nil for a job of the file
	calls *call // the call that this job is; nil where it calls nothing that could be read
	steps []stepOrigin
}

// stepOrigin is where a step of the whole comes from.
type stepOrigin struct {
	step   int          // index into the job's steps in the file; -1 in a job that a call brings
	path   finding.Path // in the file
	action *action      // the composite action whose step it is; nil for a step of the job itself
}

// call is one use of a reusable workflow.
type call struct {
	caller   int    // index of the job that calls it
	prefix   string // of the ids of its jobs: "release / "
	given    []pipeline.Variable
	defaults []pipeline.Variable
	env      []pipeline.Variable
	outputs  []pipeline.Variable
}

// action is one use of a composite action.
type action struct {
	outer    *action // the action whose step uses it; nil for a step of a job
	caller   int     // index of the step that uses it
	end      int     // index behind its last step
	given    []pipeline.Variable
	defaults []pipeline.Variable
	outputs  []pipeline.Variable
}

// Open reads a workflow, and what it runs of its own repository. Lookup reads
// a file by its path from the repository's root; nil reads none.
func Open(source *tree.Source, root *tree.Node, lookup func(string) ([]byte, error)) *Workflow {
	p := Read(source, root)
	w := &Workflow{Pipeline: p, Whole: p}
	if p.Form != "workflow" {
		return w
	}
	b := &builder{lookup: lookup, own: p, known: map[string]*tree.Node{}, texts: map[string]*tree.Source{}}
	b.whole = *p
	b.whole.Jobs = nil
	for i, job := range p.Jobs {
		b.job(job, i, nil, 0)
	}
	w.Whole, w.origins = &b.whole, b.origins
	return w
}

// builder puts jobs and steps together.
type builder struct {
	lookup  func(string) ([]byte, error)
	known   map[string]*tree.Node // documents by file; nil where there is none
	texts   map[string]*tree.Source
	read    int // files
	whole   pipeline.Pipeline
	origins []jobOrigin
	steps   int
	own     *pipeline.Pipeline
	cut     bool // something was not put in, and that is told
}

// job adds a job, and behind it those of the workflow that it calls.
func (b *builder) job(job pipeline.Job, origin int, in *call, depth int) {
	at := len(b.whole.Jobs)
	own := jobOrigin{job: origin, call: in}
	b.whole.Jobs = append(b.whole.Jobs, job)
	b.origins = append(b.origins, own)
	b.whole.Jobs[at].Steps, b.origins[at].steps = b.putIn(job, origin, in)
	if job.Uses == nil {
		return
	}
	called, outputs := b.workflow(job.Uses, origin, depth)
	if called == nil {
		return
	}
	if len(b.whole.Jobs)+len(called.Jobs) > MaxJobs {
		b.tooMuch(origin, fmt.Sprintf("with the workflows that it calls it has more than %d jobs", MaxJobs))
		return
	}
	c := &call{
		caller: at, prefix: job.ID + " / ", given: job.With, defaults: inputDefaults(called, "workflow_call"),
		env: called.Env, outputs: outputs,
	}
	b.origins[at].calls = c
	for _, inner := range called.Jobs {
		b.job(c.inside(inner, job, called.Concurrency), origin, c, depth+1)
	}
	for _, inner := range called.Jobs {
		b.whole.Jobs[at].Needs = append(b.whole.Jobs[at].Needs[:len(b.whole.Jobs[at].Needs):len(b.whole.Jobs[at].Needs)],
			pipeline.Need{Job: c.prefix + inner.ID, Path: job.Path})
	}
}

// inside is a job of a called workflow, as it stands among the caller's. The
// group of the workflow, and that of its caller, hold for the job too.
func (c *call) inside(inner, caller pipeline.Job, group *pipeline.Concurrency) pipeline.Job {
	needs := make([]pipeline.Need, len(inner.Needs))
	for i, need := range inner.Needs {
		needs[i] = pipeline.Need{Job: c.prefix + need.Job, Optional: need.Optional, Path: caller.Path}
	}
	if len(needs) == 0 {
		needs = caller.Needs
	}
	inner.ID, inner.Path, inner.Needs = c.prefix+inner.ID, caller.Uses.Path, needs
	inner.Environment.Path = caller.Uses.Path
	if group = cmp.Or(inner.Concurrency, group); group != nil {
		group = &pipeline.Concurrency{Group: group.Group, Cancel: group.Cancel, Path: caller.Uses.Path}
	}
	inner.Concurrency = cmp.Or(group, caller.Concurrency)
	inner.Matrix = slices.Concat(inner.Matrix, caller.Matrix)
	return inner
}

// workflow reads a reusable workflow of the repository, and its outputs; nil
// where it is none, or cannot be read.
func (b *builder) workflow(use *pipeline.Use, origin, depth int) (called *pipeline.Pipeline, outputs []pipeline.Variable) {
	if use.Kind != "local" {
		return nil, nil
	}
	if depth >= maxCalls {
		b.tooMuch(origin, fmt.Sprintf("workflows call each other more than %d deep", maxCalls))
		return nil, nil
	}
	source, root := b.document(path.Clean(localPath(use.Name)), origin)
	if root == nil || !root.Get("jobs").IsSet() {
		return nil, nil
	}
	on, key := Triggers(root)
	values := on.Get("workflow_call").Get("outputs")
	for _, m := range mapMembers(values) {
		outputs = append(outputs, pipeline.Variable{Name: m.Key.Text, Value: m.Value.Get("value").Scalar(), Path: finding.NewPath(key)})
	}
	return Read(source, root), outputs
}

// localPath is the path of a name in the same repository.
func localPath(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "$/"), "./")
}

// document reads a file of the repository; root is nil where it cannot be
// read.
func (b *builder) document(name string, origin int) (source *tree.Source, root *tree.Node) {
	if root, done := b.known[name]; done {
		return b.texts[name], root
	}
	b.known[name] = nil
	if b.lookup == nil || strings.HasPrefix(name, "../") {
		return nil, nil
	}
	if b.read >= maxFiles {
		b.tooMuch(origin, fmt.Sprintf("it runs more than %d files of the repository", maxFiles))
		return nil, nil
	}
	b.read++
	data, err := b.lookup(name)
	if err != nil {
		return nil, nil
	}
	text, bad := tree.Decode(data)
	if bad != nil {
		return nil, nil
	}
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil || parts[0].Root.Type() != tree.Map {
		return nil, nil
	}
	b.known[name], b.texts[name] = parts[0].Root, tree.NewSource(name, text)
	return b.texts[name], b.known[name]
}

// tooMuch notes once that not all of what the workflow runs of its repository
// is put in.
func (b *builder) tooMuch(job int, reason string) {
	if b.cut {
		return
	}
	b.cut = true
	message := "not all that the workflow runs of its own repository was looked at: " + reason
	b.whole.Incomplete = append(slices.Clip(b.whole.Incomplete), pipeline.Problem{Message: message, Path: b.own.Jobs[job].Path})
}

func mapMembers(n *tree.Node) []tree.Member {
	if n.Type() != tree.Map {
		return nil
	}
	return n.Members
}

// inputDefaults are the values of inputs that nobody gives.
func inputDefaults(p *pipeline.Pipeline, event string) []pipeline.Variable {
	var defaults []pipeline.Variable
	for _, in := range p.Inputs {
		if in.Event == event {
			defaults = append(defaults, pipeline.Variable{Name: in.Name, Value: in.Default})
		}
	}
	return defaults
}

// putIn lists the steps of a job with those of the composite actions that they
// use.
func (b *builder) putIn(job pipeline.Job, own int, in *call) (steps []pipeline.Step, origins []stepOrigin) {
	s := &sequence{builder: b, job: own, steps: []pipeline.Step{}}
	for i, step := range job.Steps {
		origin := stepOrigin{step: i, path: step.Path}
		if in != nil {
			origin = stepOrigin{step: -1, path: job.Path}
		}
		s.add(step, origin, 0)
	}
	return s.steps, s.origins
}

// sequence is the steps of one job, put together.
type sequence struct {
	*builder
	job     int // of the file
	steps   []pipeline.Step
	origins []stepOrigin
}

// add adds a step, and behind it those of the composite action that it uses.
func (s *sequence) add(step pipeline.Step, origin stepOrigin, depth int) {
	at := len(s.steps)
	s.steps, s.origins = append(s.steps, step), append(s.origins, origin)
	if s.builder.steps++; step.Uses == nil || step.Uses.Kind != "local" {
		return
	}
	if s.builder.steps > maxPutInto || depth >= maxCalls {
		s.tooMuch(s.job, fmt.Sprintf("with its actions it has more than %d steps, or actions use each other more than %d deep", maxPutInto, maxCalls))
		return
	}
	composite := s.composite(step.Uses, s.job)
	if composite == nil {
		return
	}
	a := &action{
		outer: origin.action, caller: at, given: step.With, defaults: inputDefaults(composite, "action"),
		outputs: composite.Jobs[0].Outputs,
	}
	s.steps[at].Uses = nil // what it does its steps do
	for _, inner := range composite.Jobs[0].Steps {
		inner.Holder = step.Holder + ", " + inner.Holder
		s.add(inner, stepOrigin{step: origin.step, path: origin.path, action: a}, depth+1)
	}
	a.end = len(s.steps)
}

// composite reads a composite action of the repository; nil where it is none.
func (b *builder) composite(use *pipeline.Use, origin int) *pipeline.Pipeline {
	for _, name := range []string{"action.yml", "action.yaml"} {
		source, root := b.document(path.Join(localPath(use.Name), name), origin)
		if root != nil && root.Dig("runs", "using").Scalar() == "composite" {
			return Read(source, root)
		}
	}
	return nil
}

// Adopt takes over what an analysis of the whole has found. What a call or an
// action brings stands where it is used.
func (w *Workflow) Adopt() {
	p, whole := w.Pipeline, w.Whole
	p.Incomplete, p.Exceeded = whole.Incomplete, whole.Exceeded
	p.Runs, p.DeadTags, p.Vacuous = whole.Runs, whole.DeadTags, whole.Vacuous
	p.Tests = whole.Tests
	p.HeldJobs, p.Undeployed, p.Pushes, p.Deploys = whole.HeldJobs, whole.Undeployed, whole.Pushes, whole.Deploys
	p.Activities = make([]pipeline.Activity, len(whole.Activities))
	for i, a := range whole.Activities {
		p.Activities[i] = w.own(a)
	}
	p.Waits = w.waits()
	moved := w.moved()
	for i := range p.Incomplete {
		moved.move(&p.Incomplete[i].Path)
	}
	for i := range p.Undeployed {
		moved.move(&p.Undeployed[i].Path)
	}
	for i := range p.Pushes {
		w.place(&p.Pushes[i].Path, p.Pushes[i].Images, whole.Activities[p.Pushes[i].Activity])
	}
	for i := range p.Deploys {
		w.place(&p.Deploys[i].Path, p.Deploys[i].Images, whole.Activities[p.Deploys[i].Activity])
	}
	for i := range p.Runs {
		for j := range p.Runs[i].Jobs {
			p.Runs[i].Jobs[j].Index = w.origins[p.Runs[i].Jobs[j].Index].job
		}
	}
}

// own is an activity in terms of the file's own jobs and steps.
func (w *Workflow) own(a pipeline.Activity) pipeline.Activity {
	if at, foreign := w.foreign(a); foreign {
		a.Path, a.Args = at, slices.Clone(a.Args)
		for i := range a.Args {
			a.Args[i].Path = at
		}
	}
	origin := w.origins[a.Job]
	if a.Step >= 0 && a.Step < len(origin.steps) {
		a.Step = origin.steps[a.Step].step
	}
	a.Job = origin.job
	return a
}

// foreign tells whether an activity stands in another file, and where that is
// used.
func (w *Workflow) foreign(a pipeline.Activity) (at finding.Path, foreign bool) {
	origin := w.origins[a.Job]
	if a.Step < 0 || a.Step >= len(origin.steps) {
		return w.Whole.Jobs[a.Job].Path, origin.call != nil
	}
	step := origin.steps[a.Step]
	return step.path, origin.call != nil || step.action != nil
}

func (w *Workflow) place(path *finding.Path, images []pipeline.ImageTag, a pipeline.Activity) {
	at, foreign := w.foreign(a)
	if !foreign {
		return
	}
	*path = at
	for i := range images {
		images[i].Path = at
	}
}

// moves says where the places of other files stand in this one.
type moves map[string]finding.Path

// moved collects the places of all activities of other files.
func (w *Workflow) moved() moves {
	m := moves{}
	for _, a := range w.Whole.Activities {
		if at, foreign := w.foreign(a); foreign {
			m[a.Path.String()] = at
		}
	}
	return m
}

func (m moves) move(path *finding.Path) {
	if at, moved := m[path.String()]; moved {
		*path = at
	}
}

// waits says of the file's own jobs which of them each waits for.
func (w *Workflow) waits() [][]int {
	waits := make([][]int, len(w.Pipeline.Jobs))
	for job, before := range w.Whole.Waits {
		own := w.origins[job].job
		for _, b := range before {
			if other := w.origins[b].job; other != own && !slices.Contains(waits[own], other) {
				waits[own] = append(waits[own], other)
			}
		}
	}
	return waits
}
