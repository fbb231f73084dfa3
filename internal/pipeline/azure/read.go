package azure

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// The limits of one file, with the templates that it inserts. The number and
// depth of templates are close to Azure's own.
const (
	MaxJobs          = 1000
	MaxSteps         = 20_000
	maxStages        = 500
	maxTemplates     = 1000
	maxTemplateDepth = 50
	maxTemplateBytes = 8 << 20
	maxParts         = 150_000 // values that templates, conditions and loops make
)

// Options is what reading needs to know of the world around the file. The zero
// value reads no template.
type Options struct {
	// Lookup reads a file of the repository by its path relative to the root
	// of the check. An error that is fs.ErrNotExist says that there is none.
	Lookup func(path string) ([]byte, error)

	// Host says whose repository it is, since triggers differ: "github",
	// "azure", "bitbucket"; "" where that is not known.
	Host string
}

// HostOf says for [Options] whose repository one on a host is: "github.com",
// "ssh.dev.azure.com". It is "" where the host says nothing of that.
func HostOf(host string) string {
	switch host = strings.ToLower(host); {
	case host == "github.com", host == "ssh.github.com":
		return "github"
	case host == "bitbucket.org":
		return "bitbucket"
	case host == "dev.azure.com", strings.HasSuffix(host, ".dev.azure.com"), strings.HasSuffix(host, ".visualstudio.com"):
		return "azure"
	}
	return ""
}

// File is a pipeline file as it was read.
type File struct {
	Pipeline *pipeline.Pipeline

	root       *value
	node       *tree.Node
	options    Options
	uncertain  string // why it may be a template that never starts by itself; "" where it is known
	stages     []stage
	jobs       []job // beside Pipeline.Jobs
	variables  []variable
	parameters map[string]parameter
	defined    defined
}

// Read reads a pipeline or a template into the model. It never fails: what
// Azure refuses is in Invalid of the result, what could not be followed in
// Incomplete.
func Read(source *tree.Source, root *tree.Node, options Options) *pipeline.Pipeline {
	return ReadFile(source, root, options).Pipeline
}

// ReadFile reads a pipeline or a template as [Read] does, and keeps what
// [NewProvider] needs.
func ReadFile(source *tree.Source, root *tree.Node, options Options) *File {
	r := &reader{
		file: source.File, node: root, options: options, left: maxParts, bytes: maxTemplateBytes, stepsLeft: MaxSteps,
		out: pipeline.New("azure", "pipeline"), loaded: map[string]template{}, noted: map[string]bool{}, defaults: map[string]parameter{}, defined: defined{}, saidBefore: map[string]bool{},
	}
	r.read()
	return &File{
		Pipeline: r.out, root: r.root, node: root, options: options, uncertain: r.uncertain,
		stages: r.stages, jobs: r.jobs, variables: r.variables, parameters: r.defaults, defined: r.defined,
	}
}

// reader reads one file.
type reader struct {
	file    string
	node    *tree.Node
	root    *value // the file with what it extends
	options Options
	out     *pipeline.Pipeline

	left      int // values that may still be made
	bytes     int // of templates that may still be read
	templates int // inserted so far
	stepsLeft int
	loaded    map[string]template
	noted     map[string]bool
	foreign   bool // something of another repository may add to this file
	scripts   pipeline.ScriptBudget

	uncertain  string
	stages     []stage
	jobs       []job
	variables  []variable
	defaults   map[string]parameter
	defined    defined
	stray      []*pipeline.Script
	saidBefore map[string]bool // paths of conditions that were looked at
}

func (r *reader) read() {
	form, uncertain := formOf(r.file, r.node)
	r.out.Form, r.uncertain = form, uncertain
	in := &names{from: &origin{file: r.file}, open: true, parameters: map[string]bound{}}
	event := "manual"
	if form == "template" {
		event = "template"
	}
	r.inputs(in, event)
	r.root = r.expand(r.node, finding.Path{}, in)
	r.extends()
	r.out.Name = r.root.get("name").scalar()
	if form == "pipeline" {
		r.triggers()
	}
	r.readVariables()
	r.readStages()
	r.order()
	r.findSecrets()
	r.finish()
	r.syntax()
}

// extends lays what the file itself says over the template that it extends,
// which may extend another.
func (r *reader) extends() {
	base := r.root.get("extends")
	for base.has("template") {
		brought := r.template(base)
		if brought == nil {
			r.foreign = true
			brought = handedOver(base)
		}
		whole := *r.root
		whole.members = append([]member{}, r.root.members...)
		for _, m := range brought.members {
			if !r.root.hasKey(m.key) {
				whole.members = append(whole.members, m)
			}
		}
		r.root, base = &whole, brought.get("extends")
	}
}

// handedOver is what a pipeline hands to a template that cannot be read. Stages,
// jobs and steps are handed over to be run.
func handedOver(base *value) *value {
	whole := &value{kind: tree.Map, path: base.path, from: base.from}
	for _, m := range base.get("parameters").list() {
		if (m.key == "stages" || m.key == "jobs" || m.key == "steps") && m.value.isList() {
			whole.members = append(whole.members, m)
		}
	}
	return whole
}

// spend counts values that are made; ok is false where they become too many.
func (r *reader) spend(n int, path finding.Path) (ok bool) {
	if r.left > 0 && r.left <= n {
		r.exceeded(path, "templates, conditions and loops make more than %d values; the rest was not read", maxParts)
	}
	r.left = max(0, r.left-n)
	return r.left > 0
}

func (r *reader) invalid(path finding.Path, format string, args ...any) {
	r.out.Invalid = append(r.out.Invalid, pipeline.Problem{Message: fmt.Sprintf(format, args...), Path: path})
}

func (r *reader) incomplete(path finding.Path, format string, args ...any) {
	r.out.Incomplete = append(r.out.Incomplete, pipeline.Problem{Message: fmt.Sprintf(format, args...), Path: path})
}

func (r *reader) exceeded(path finding.Path, format string, args ...any) {
	r.out.Exceeded = append(r.out.Exceeded, pipeline.Problem{Message: "limit exceeded: " + fmt.Sprintf(format, args...), Path: path})
}
