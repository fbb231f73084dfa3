package pipeline

import (
	"fmt"
	"regexp"
	"strings"
)

// NeedsOptions says how a provider takes the names of jobs.
type NeedsOptions struct {
	Parts      bool // "build: [linux]" and "build 1/2" are parts of the job build
	IgnoreCase bool // Build and build are one job
	Open       bool // jobs of other files may join, so an unknown name is no fault
}

// CheckNeeds finds jobs that need a job which does not exist, or which, by way
// of others, needs them. Of a cycle one job is told.
func CheckNeeds(jobs []Job, options NeedsOptions) []Problem {
	g := needsGraph{options: options, index: map[string]int{}, jobs: jobs, state: make([]visit, len(jobs))}
	for i, job := range jobs {
		g.index[g.name(job.ID)] = i
	}
	for i := range jobs {
		g.unknown(i)
	}
	for i := range jobs {
		g.follow(i, nil)
	}
	return g.problems
}

// needsGraph walks from jobs to those they need.
type needsGraph struct {
	options  NeedsOptions
	index    map[string]int
	jobs     []Job
	state    []visit
	problems []Problem
}

type visit uint8

const (
	unseen visit = iota
	open         // on the way that is being walked
	done
)

func (g *needsGraph) name(id string) string {
	if g.options.IgnoreCase {
		return strings.ToLower(id)
	}
	return id
}

// job finds a job by its name, or by the name of a part of it.
func (g *needsGraph) job(name string) (i int, known bool) {
	i, known = g.index[g.name(name)]
	if !known && g.options.Parts {
		i, known = g.index[partOf.ReplaceAllString(name, "")]
	}
	return i, known
}

// partOf matches what GitLab adds to the names of parallel jobs.
var partOf = regexp.MustCompile(`(?:: \[.*\]| \d+/\d+)$`)

func (g *needsGraph) unknown(i int) {
	for _, need := range g.jobs[i].Needs {
		if _, known := g.job(need.Job); known || need.Optional || g.options.Open || strings.Contains(need.Job, "${{") || strings.Contains(need.Job, "$[[") {
			continue
		}
		g.problems = append(g.problems, Problem{
			Message: fmt.Sprintf("job %q needs job %q, which does not exist", g.jobs[i].ID, need.Job),
			Path:    need.Path,
		})
	}
}

// follow walks depth first. A chain is as long as there are jobs, which the
// adapters bound.
func (g *needsGraph) follow(i int, chain []string) {
	if g.state[i] != unseen {
		return
	}
	g.state[i] = open
	chain = append(chain, g.jobs[i].ID)
	for _, need := range g.jobs[i].Needs {
		next, known := g.job(need.Job)
		if known && g.state[next] == open {
			g.cycle(chain, next, need)
		} else if known {
			g.follow(next, chain)
		}
	}
	g.state[i] = done
}

func (g *needsGraph) cycle(chain []string, first int, need Need) {
	start := 0
	for chain[start] != g.jobs[first].ID {
		start++
	}
	names := append(append([]string{}, chain[start:]...), g.jobs[first].ID)
	if len(names) > 10 {
		names = append(append([]string{}, names[:5]...), append([]string{"…"}, names[len(names)-4:]...)...)
	}
	g.problems = append(g.problems, Problem{
		Message: "jobs need each other in a circle: " + strings.Join(names, " -> "),
		Path:    need.Path,
	})
}
