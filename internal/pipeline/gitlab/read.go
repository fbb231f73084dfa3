package gitlab

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// The limits of one file. What lies behind one is named in Incomplete.
const (
	MaxJobs    = 2000
	maxExtends = 11 // jobs that extend each other; GitLab's own limit
	maxNested  = 10 // lists and references inside each other; GitLab's own limit
	maxMerged  = 200_000
)

// Read reads a GitLab CI file as [Open] does, with nothing known of the world
// around it.
func Read(source *tree.Source, root *tree.Node) *pipeline.Pipeline {
	return Open(source, root, Options{}).Pipeline
}

// read reads the file with what it includes.
func (r *reader) read(source *tree.Source) {
	r.plain = IsPlain(r.root)
	r.part = path.Base(source.File) != ".gitlab-ci.yml" && !r.plain
	r.whole = value{node: r.root, path: finding.Path{}}
	r.open = true // until all files are there
	r.whole = r.joined(r.whole, 0)
	r.open = len(r.unread) > 0 || r.part
	r.resolved, r.circular = map[string]value{}, map[string]bool{}
	r.out.Name = r.top("workflow").get("name").scalar()
	r.out.Env = r.variables(r.top("variables"))
	r.inputs(r.top("variables"))
	r.specInputs(value{node: r.root}.get("spec").get("inputs"))
	r.triggers()
	r.jobs()
	r.syntax()
	r.children()
}

// reader reads one file.
type reader struct {
	root     *tree.Node
	whole    value // the root with what other files bring
	out      *pipeline.Pipeline
	plain    bool             // it has the plain form, and is no file of GitLab's
	part     bool             // by its name the file is made to be included
	open     bool             // other files may add to this one, so a missing name is no fault
	resolved map[string]value // jobs with what they extend
	left     int              // members that may still be merged
	circular map[string]bool  // jobs that extend themselves
	told     map[string]bool  // what is in Incomplete already
	noted    map[string]bool  // names whose absence is in Incomplete already
	options  Options
	scripts  pipeline.ScriptBudget

	files      []included       // included files that were read
	unread     []string         // included files that were not
	governing  []string         // those among them that may hold rules of the whole pipeline
	conditions map[string]*plan // rules of includes that differ from run to run, by the include's path
	globs      int              // patterns of files that were asked for
	included   int              // bytes of the files that were read

	starting []starter // jobs that start pipelines
	kids     []*child  // these
	kidJobs  int       // jobs of all of them
	depth    int       // how many pipelines start each other before this one

	ruleOf     map[*tree.Node]*rule // rules that were read
	ruleCount  int                  // rules of all jobs
	oneTooMany *rule                // stands for those behind the limit; nil where there are none
}

// top is the value of a top-level key.
func (r *reader) top(key string) value {
	return r.whole.get(key)
}

func (r *reader) invalid(path finding.Path, format string, args ...any) {
	r.out.Invalid = append(r.out.Invalid, pipeline.Problem{Message: fmt.Sprintf(format, args...), Path: path})
}

func (r *reader) exceeded(path finding.Path, format string, args ...any) {
	r.out.Exceeded = append(r.out.Exceeded, pipeline.Problem{Message: "limit exceeded: " + fmt.Sprintf(format, args...), Path: path})
}

// incomplete notes what could not be followed; of included files, which all
// stand in one place, the same but once.
func (r *reader) incomplete(path finding.Path, format string, args ...any) {
	problem := pipeline.Problem{Message: fmt.Sprintf(format, args...), Path: path}
	key := path.String() + "\x00" + problem.Message
	if !r.told[key] {
		r.told[key] = true
		r.out.Incomplete = append(r.out.Incomplete, problem)
	}
}

// keywords are the top-level keys that are no jobs.
var keywords = []string{
	"default", "include", "stages", "types", "variables", "workflow", "spec", "image", "services", "cache", "before_script", "after_script",
}

// IsKeyword tells whether a top-level key is one of GitLab's own.
func IsKeyword(key string) bool { return slices.Contains(keywords, key) }

// jobs reads every top-level key that is none of GitLab's own.
func (r *reader) jobs() {
	count := 0
	for _, m := range r.whole.members() {
		id := m.key
		if !r.isJob(id) || !m.value.isMap() {
			continue
		}
		if count++; count > MaxJobs {
			r.exceeded(m.value.path, "more than %d jobs; this one and those behind it were not read", MaxJobs)
			return
		}
		r.out.Jobs = append(r.out.Jobs, r.job(id, r.resolve(id, nil)))
	}
}

// hidden tells whether a job is a template that never runs by itself.
func hidden(id string) bool { return strings.HasPrefix(id, ".") }
