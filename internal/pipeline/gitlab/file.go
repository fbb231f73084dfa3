package gitlab

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/tree"
)

// Options is what is known of the world around a file. The zero value means
// nothing.
type Options struct {
	// Lookup reads a file of the project by its path from the project's root.
	// An error that is fs.ErrNotExist says that there is none. Nil: unknown.
	Lookup func(path string) ([]byte, error)

	// Glob lists the files of the project that a pattern with * and ** names,
	// by their paths from its root and sorted. Nil: unknown.
	Glob func(pattern string) ([]string, error)

	Repository string // path of the project on its forge, "acme/shop"; "": unknown
}

// File is a GitLab CI file that was read: its model, and what decides which
// of its jobs run.
type File struct {
	Pipeline *pipeline.Pipeline
	Whole    *pipeline.Pipeline // with the jobs of the pipelines that its jobs start behind its own

	options   Options
	plans     []plan // of the pipeline's jobs
	workflow  *plan  // rules of the whole pipeline; nil where the file has none
	variables []variableEntry
	stages    []string
	children  []*child
	part      bool     // the file is made to be included
	open      bool     // other files may add to this one
	others    []string // included files that were not read
	unread    []string // those among them that may hold rules of the whole pipeline
}

// Open reads a GitLab CI file. It never fails: what GitLab refuses is in
// Invalid of the pipeline, what could not be followed in Incomplete.
func Open(source *tree.Source, root *tree.Node, options Options) *File {
	r := newReader(root, options)
	r.read(source)
	return r.file()
}

func newReader(root *tree.Node, options Options) *reader {
	return &reader{
		root: root, resolved: map[string]value{}, circular: map[string]bool{}, conditions: map[string]*plan{}, noted: map[string]bool{}, told: map[string]bool{},
		ruleOf: map[*tree.Node]*rule{}, left: maxMerged, out: pipeline.New("gitlab", "ci"), options: options,
	}
}

// file gathers what decides over the jobs.
func (r *reader) file() *File {
	f := &File{
		Pipeline: r.out, options: r.options, part: r.part, open: r.open, others: r.unread, unread: r.governing, children: r.kids,
		variables: r.entries(r.top("variables")), stages: r.stageOrder(),
	}
	if rules := r.top("workflow").get("rules"); rules.isSet() {
		f.workflow = &plan{ruled: true, rules: r.rules(rules), when: whenAlways, stage: "test"}
	}
	for i := range r.out.Jobs {
		job := &r.out.Jobs[i]
		f.plans = append(f.plans, r.plan(job, r.resolved[job.ID], f.workflow != nil))
	}
	f.Whole = wholeOf(f)
	return f
}

// mayGovern tells whether an included file that was not read may change when
// the whole pipeline runs. GitLab's templates of single jobs do not.
func mayGovern(include pipeline.Include) bool {
	return include.Kind != "template" || !strings.HasPrefix(include.Name, "Security/") && !strings.HasPrefix(include.Name, "Jobs/")
}

// stageOrder lists the stages in the order in which they run.
func (r *reader) stageOrder() []string {
	named, _ := r.follow(r.stageList(), 0)
	middle := defaultStages
	if named.isList() {
		middle = r.texts(named)
	}
	middle = slices.DeleteFunc(slices.Clone(middle), func(stage string) bool { return stage == ".pre" || stage == ".post" })
	return slices.Concat([]string{".pre"}, middle, []string{".post"})
}
