package activity

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
)

// Options say what may be read beside the pipeline. The zero value reads
// nothing and knows the built-in tools only.
type Options struct {
	// Files returns a file of the repository by its slash-separated path from
	// the root. It must be bounded; what is longer than 512 KiB is not looked
	// at. Nil: no file can be read, and scripts are known by their names.
	Files func(name string) ([]byte, error)

	// Local returns the model of the action that uses: ./path names, nil where
	// it cannot be read. Nil: no action of the repository can be read.
	Local func(uses string) *pipeline.Pipeline

	// Table is what the team says about programs and actions of its own. It
	// comes before what is built in.
	Table []Entry
}

// Find lists what the steps of a pipeline do, in the order of the file.
//
// A build that pushes is one Build with Pushes "yes", not a Push beside it. A
// deploy that waits, or undoes itself, is a Deploy with Waits or Atomic, and a
// Wait or a Rollback beside it. Where a command leads to a script of the
// repository that can be read, what that does counts as done by the command.
func Find(p *pipeline.Pipeline, o Options) []pipeline.Activity {
	f := &finder{pipeline: p, options: o, files: newFiles(o.Files)}
	for i := range p.Jobs {
		f.job(i)
	}
	found := f.settle()
	for i := range found {
		withoutLabels(&found[i])
	}
	return found
}

// finder collects the activities of one pipeline.
type finder struct {
	pipeline *pipeline.Pipeline
	options  Options
	files    *files
	found    []pipeline.Activity
	locals   int // actions of the repository that were followed

	variables   map[string]*pipeline.Variable // that the step sees which was asked for last
	variablesOf [2]int                        // that step: its job and index
	full        map[int]bool                  // jobs whose activities are no longer noted
}

// maxFound bounds the activities of one pipeline. Beyond, whatever a job does
// may be anything.
const maxFound = 20_000

// Activities that only later ones give a meaning to. They never leave the
// package.
const (
	probe   pipeline.ActivityKind = "(probe)"   // a web address is asked: a smoke test, where a deploy stands before
	edit    pipeline.ActivityKind = "(edit)"    // a manifest is changed: part of the deploy behind it
	commit  pipeline.ActivityKind = "(commit)"  // files are pushed to Git: a deploy, where a manifest was changed
	sandbox pipeline.ActivityKind = "(sandbox)" // a cluster on the runner is made: what is deployed to it is tried, not deployed
	retag   pipeline.ActivityKind = "(tag)"     // an image gets another name: pushed by push --all-tags
)

// scope is where commands stand.
type scope struct {
	finder    *finder
	job, step int
	names     []string // of the step and what was followed to get here, for names that speak
	script    *script  // that is looked at; nil for an action
	dir       string   // from the repository's root; meaningless unless located
	located   bool     // dir is known
	remote    string   // the machine that commands run on over ssh; "" for the runner
	depth     int      // how many files and commands deep
	from      *origin  // the command of the pipeline that led here; nil for itself
	file      string   // that is looked at; "" for the pipeline
}

// origin is the command, or action, that led to a script elsewhere.
type origin struct {
	command int
	path    finding.Path
	ignored string
}

const maxDepth = 6

func (f *finder) job(index int) {
	job := &f.pipeline.Jobs[index]
	f.environment(index)
	if job.Uses != nil {
		f.reusable(index)
	}
	for i := range job.Steps {
		f.step(index, i)
	}
}

// reusable notes a job that runs a workflow elsewhere.
func (f *finder) reusable(index int) {
	job := &f.pipeline.Jobs[index]
	s := scope{finder: f, job: index, step: -1}
	f.use(s, &pipeline.Step{Uses: job.Uses})
}

func (f *finder) step(job, index int) {
	f.stepAt(job, index, 0)
}

func (f *finder) stepAt(job, index, depth int) {
	step := &f.pipeline.Jobs[job].Steps[index]
	s := scope{depth: depth, finder: f, job: job, step: index, names: []string{step.Name, step.ID}}
	s.dir, s.located = cleanDir(step.Directory)
	if step.Uses != nil {
		f.use(s, step)
	}
	if step.Script == nil {
		return
	}
	if step.Script.Unread != "" && len(step.Script.Commands) == 0 {
		f.foreign(s, step.Script)
		return
	}
	before := len(f.found)
	f.script(s, newScript(step.Script.Text, step.Script.Commands))
	f.stepAsWhole(s, step, before)
}

// script looks at the commands of a script.
func (f *finder) script(s scope, read *script) {
	s.script = read
	for i := range read.commands {
		f.command(&s, i)
	}
}

// add notes an activity of a command, or of an action where index is -1.
func (f *finder) add(s *scope, index int, a pipeline.Activity) {
	if index >= 0 && a.Ignored == "" {
		a.Ignored = s.script.ignored(index)
	}
	f.note(s, index, a)
}

// note notes an activity whose Ignored is settled.
func (f *finder) note(s *scope, index int, a pipeline.Activity) {
	if len(f.found) >= maxFound {
		f.exceeded(s)
		return
	}
	a.Job, a.Step, a.Command = s.job, s.step, index
	if index >= 0 && a.Path == nil {
		a.Path = s.script.commands[index].Path
	}
	if s.from != nil {
		a.Command, a.Path = s.from.command, s.from.path
		if a.Ignored == "" {
			a.Ignored = s.from.ignored
		}
		for i := range a.Images {
			a.Images[i].File = s.file
			a.Images[i].Path = s.from.path
		}
	}
	if a.Files == nil {
		a.Files = []string{}
	}
	if a.Args == nil {
		a.Args = []pipeline.Secret{}
	}
	f.found = append(f.found, a)
}

// exceeded notes, once a job, that more is done than was looked at.
func (f *finder) exceeded(s *scope) {
	if f.full[s.job] {
		return
	}
	if f.full == nil {
		f.full = map[int]bool{}
	}
	f.full[s.job] = true
	for _, kind := range append([]pipeline.ActivityKind{pipeline.Build, pipeline.Push, pipeline.Deploy}, gates...) {
		f.found = append(f.found, pipeline.Activity{
			Kind: pipeline.Opaque, Like: string(kind), Tool: "more than is looked at", Job: s.job, Step: s.step, Command: -1,
			Path: f.pipeline.Jobs[s.job].Path, Files: []string{}, Args: []pipeline.Secret{},
		})
	}
}

// origin is where a command stands in the pipeline itself.
func (s *scope) origin(index int) *origin {
	if s.from != nil {
		return &origin{s.from.command, s.from.path, orElse(s.from.ignored, s.script.ignored(index))}
	}
	return &origin{index, s.script.commands[index].Path, s.script.ignored(index)}
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}
