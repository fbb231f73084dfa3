package gitlab

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// The limits on pipelines that jobs start; the first is GitLab's own.
const (
	maxChildDepth = 2
	maxChildren   = 50  // of one file
	maxChildJobs  = 500 // of all of them together
)

// child is a pipeline that a job starts, made of files of the project.
type child struct {
	trigger int             // index of the job that starts it
	depend  bool            // the job ends when the pipeline does, and as it does
	given   []variableEntry // variables that the job hands over, strongest first
	file    *File
}

// starter is a job that starts a pipeline of local files.
type starter struct {
	job  int
	v    value // the job
	at   finding.Path
	name string // of the first file
}

// triggered notes what the pipeline that a job starts is made of.
func (r *reader) triggered(v value, hidden bool) {
	first := starter{job: len(r.out.Jobs), v: v}
	for _, item := range r.includes(v.get("trigger").get("include")) {
		include, ok := r.note(item)
		switch {
		case ok && include.Kind != "local":
			r.incomplete(include.Path, "the included %s %q was not read", include.Kind, include.Name)
		case ok && first.name == "":
			first.name, first.at = include.Name, include.Path
		}
	}
	if first.name != "" && !hidden {
		r.starting = append(r.starting, first)
	}
}

// children reads the pipelines that jobs start.
func (r *reader) children() {
	for _, s := range r.starting {
		if reason := r.child(s); reason != "" {
			r.incomplete(s.at, "the pipeline of %q, which a job starts, was not played through: %s", s.name, reason)
		}
	}
}

// child reads one of them; reason says why it is not played through.
func (r *reader) child(s starter) (reason string) {
	trigger := s.v.get("trigger")
	switch {
	case r.part:
		return "the pipeline that includes this file is not known"
	case r.options.Lookup == nil:
		return notHere
	case r.depth >= maxChildDepth:
		return fmt.Sprintf("pipelines start each other more than %d deep", maxChildDepth)
	case len(r.kids) >= maxChildren:
		return fmt.Sprintf("more than %d are started", maxChildren)
	case s.v.get("parallel").isSet():
		return "a matrix multiplies it"
	}
	c := newReader(&tree.Node{Kind: tree.Map}, r.options)
	c.depth, c.included, c.globs = r.depth+1, r.included, r.globs
	reason = c.readChild(r.includes(trigger.get("include")), s.at)
	r.included, r.globs = c.included, c.globs
	r.take(c)
	if r.kidJobs += len(c.out.Jobs); reason == "" && r.kidJobs > maxChildJobs {
		reason = fmt.Sprintf("the pipelines that are started have more than %d jobs", maxChildJobs)
	}
	if reason != "" {
		return reason
	}
	r.kids = append(r.kids, &child{trigger: s.job, depend: r.depends(trigger), given: r.given(s.v), file: c.file()})
	return ""
}

// readChild reads the files of a pipeline that a job starts.
func (r *reader) readChild(items []value, at finding.Path) (reason string) {
	r.open = true // until all files are there
	r.whole = value{node: r.root, path: at, foreign: true}
	for _, item := range items {
		include, ok := includeOf(item)
		switch {
		case !ok || include.Kind != "local":
			return "not all of its files are of this project"
		case item.get("artifact").isSet():
			return "another job makes its file"
		}
		for _, part := range r.parts(item, 1) {
			r.whole = r.merge(r.whole, part, 0)
		}
	}
	if len(r.whole.members()) == 0 {
		return "it was not read"
	}
	r.open = len(r.unread) > 0
	r.resolved, r.circular = map[string]value{}, map[string]bool{}
	r.jobs()
	r.syntax()
	r.children()
	return ""
}

// take takes over what was found out of a pipeline that is started.
func (r *reader) take(c *reader) {
	for _, include := range c.out.Includes {
		for _, name := range include.Files {
			r.readFor(include.Path, name)
		}
	}
	for _, problem := range c.out.Incomplete {
		r.incomplete(problem.Path, "%s", problem.Message)
	}
	r.out.Invalid = append(r.out.Invalid, c.out.Invalid...)
	r.out.Exceeded = append(r.out.Exceeded, c.out.Exceeded...)
	r.kidJobs += c.kidJobs
}

// depends tells whether a job waits for the pipeline that it starts.
func (r *reader) depends(trigger value) bool {
	strategy := r.text(trigger.get("strategy")).Value
	return strategy == "depend" || strategy == "mirror"
}

// given lists the variables that a job hands to the pipeline that it starts: its
// own, and before those of the file that it takes itself.
func (r *reader) given(v value) []variableEntry {
	if forwarded, isBool := v.get("trigger").get("forward").get("yaml_variables").node.Bool(); isBool && !forwarded {
		return nil
	}
	all := r.entries(v.get("variables"))
	takes := inheritedVariables(v)
	for _, entry := range r.entries(r.top("variables")) {
		if takes(entry.name) {
			all = append(all, entry)
		}
	}
	return all
}

// Adopt takes over what an analysis of the whole has found, and the jobs that it
// is about.
func (f *File) Adopt() { *f.Pipeline = *f.Whole }

// wholeOf is a pipeline with the jobs of those that its jobs start.
func wholeOf(f *File) *pipeline.Pipeline {
	whole := *f.Pipeline
	whole.Jobs = whole.Jobs[:len(whole.Jobs):len(whole.Jobs)]
	for _, c := range f.children {
		whole.Jobs = append(whole.Jobs, c.file.Whole.Jobs...)
	}
	return &whole
}
