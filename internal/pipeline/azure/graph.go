package azure

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// order finds what stages and jobs wait for, and gives jobs names of their own.
func (r *reader) order() {
	r.orderStages()
	for i := range r.stages {
		r.orderJobs(r.stages[i].jobs)
	}
	r.nameJobs()
}

func (r *reader) orderStages() {
	g := graph{reader: r, what: "stage", count: len(r.stages)}
	g.name = func(i int) string { return r.stages[i].name }
	g.deps = func(i int) []dependency { return r.stages[i].deps }
	g.more = r.stagesBefore
	g.free = func(i int) bool { return r.stages[i].when == nil }
	g.path = func(i int) finding.Path { return r.stages[i].path }
	before := g.solve()
	for i := range r.stages {
		r.stages[i].before = before[i]
	}
}

// stagesBefore lists the stages that one may follow which names none: the one
// before, and where conditions may leave that out, those before it.
func (r *reader) stagesBefore(i int) []int {
	var before []int
	if !r.stages[i].implicit {
		return nil
	}
	for j := i - 1; j >= 0; j-- {
		before = append(before, j)
		if r.stages[j].when == nil {
			break
		}
	}
	return before
}

func (r *reader) orderJobs(jobs []int) {
	g := graph{reader: r, what: "job", count: len(jobs)}
	g.name = func(i int) string { return r.jobs[jobs[i]].name }
	g.deps = func(i int) []dependency { return r.jobs[jobs[i]].deps }
	g.more = func(int) []int { return nil }
	g.free = func(i int) bool { return r.jobs[jobs[i]].when == nil }
	g.path = func(i int) finding.Path { return r.out.Jobs[jobs[i]].Path }
	for i, before := range g.solve() {
		for _, at := range before {
			r.jobs[jobs[i]].before = append(r.jobs[jobs[i]].before, jobs[at])
		}
		for d := range r.jobs[jobs[i]].deps {
			dep := &r.jobs[jobs[i]].deps[d]
			for k, at := range dep.at {
				dep.at[k] = jobs[at]
			}
		}
	}
}

// graph is the stages of a pipeline, or the jobs of a stage.
type graph struct {
	*reader
	what  string
	count int
	name  func(int) string
	deps  func(int) []dependency
	more  func(int) []int // what else one waits for
	free  func(int) bool  // no condition inserts it
	path  func(int) finding.Path

	state []visit
	found [][]int
}

type visit uint8

const (
	unseen visit = iota
	open         // on the way that is being walked
	done
)

// solve finds what each waits for, directly or through others. Names that
// nothing bears and circles are told, and then left out.
func (g *graph) solve() (before [][]int) {
	g.resolve()
	g.state, g.found = make([]visit, g.count), make([][]int, g.count)
	for i := range g.count {
		g.follow(i, nil)
	}
	return g.found
}

func (g *graph) resolve() {
	index := map[string][]int{}
	for i := range g.count {
		name := lower(g.name(i))
		if others := index[name]; len(others) > 0 && g.free(i) && g.free(others[0]) && g.certain(name) {
			g.reader.invalid(g.path(i), "there are two %ss of the name %q", g.what, g.name(i))
		}
		index[name] = append(index[name], i)
	}
	for i := range g.count {
		deps := g.deps(i)
		for d := range deps {
			deps[d].at = slices.Clone(index[lower(deps[d].name)])
			if len(deps[d].at) == 0 && deps[d].when == nil && g.certain(deps[d].name) {
				g.reader.invalid(deps[d].path, "%s %q depends on %q, which does not exist", g.what, g.name(i), deps[d].name)
			}
		}
	}
}

// certain tells whether a name is what it will be in a run, and all that could
// bear it is known.
func (g *graph) certain(name string) bool {
	return !g.foreign && g.out.Form == "pipeline" && !strings.Contains(name, "$")
}

// follow walks depth first. A chain is as long as there are stages or jobs,
// which are bounded.
func (g *graph) follow(i int, chain []int) {
	if g.state[i] != unseen {
		return
	}
	g.state[i] = open
	chain = append(chain, i)
	seen := map[int]bool{}
	take := func(next int) (fine bool) {
		if g.state[next] == open {
			return false
		}
		g.follow(next, chain)
		for _, at := range append([]int{next}, g.found[next]...) {
			if !seen[at] {
				seen[at] = true
				g.found[i] = append(g.found[i], at)
			}
		}
		return true
	}
	deps := g.deps(i)
	for d := range deps {
		deps[d].at = slices.DeleteFunc(deps[d].at, func(next int) bool {
			fine := take(next)
			if !fine {
				g.circle(deps[d], chain, next)
			}
			return !fine
		})
	}
	for _, next := range g.more(i) {
		take(next)
	}
	g.state[i] = done
}

func (g *graph) circle(at dependency, chain []int, first int) {
	start := slices.Index(chain, first)
	names := []string{}
	for _, i := range append(slices.Clone(chain[start:]), first) {
		names = append(names, g.name(i))
	}
	if len(names) > 10 {
		names = slices.Concat(names[:5], []string{"…"}, names[len(names)-4:])
	}
	g.reader.invalid(at.path, "%ss depend on each other in a circle: %s", g.what, strings.Join(names, " -> "))
}

// nameJobs gives each job an id of its own: its name, with its stage before it
// where another stage has a job of that name.
func (r *reader) nameJobs() {
	count := map[string]int{}
	for _, j := range r.jobs {
		count[lower(j.name)]++
	}
	taken := map[string]int{}
	for i := range r.jobs {
		id := r.jobs[i].name
		if stage := r.stages[r.jobs[i].stage].name; count[lower(id)] > 1 && stage != "" {
			id = stage + "." + id
		}
		if taken[lower(id)]++; taken[lower(id)] > 1 {
			id = fmt.Sprintf("%s (%d)", id, taken[lower(id)])
		}
		r.out.Jobs[i].ID = id
	}
	for i := range r.jobs {
		r.needs(&r.out.Jobs[i], r.jobs[i].deps)
	}
}

func (r *reader) needs(model *pipeline.Job, deps []dependency) {
	for _, d := range deps {
		name := d.name
		if len(d.at) > 0 {
			name = r.out.Jobs[d.at[0]].ID
		}
		model.Needs = append(model.Needs, pipeline.Need{Job: name, Optional: d.when != nil, Path: d.path})
	}
}
