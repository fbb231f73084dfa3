package gitlab

import (
	"regexp"
	"slices"

	"guard/internal/pipeline"
)

// order says which jobs stand before which.
type order struct {
	index   map[string]int // of the jobs that run, by name
	stages  [][]int        // the jobs of each stage
	stageOf []int          // -1 where the stage is not known
	earlier [][]int        // of each stage: the jobs of all stages before it
	before  [][]int        // of each job, without circles
	senders [][]int        // of each job: those whose dotenv reports it gets
}

// partOf matches what GitLab adds to the names of parallel jobs.
var partOf = regexp.MustCompile(`(?:: \[.*\]| \d+/\d+)$`)

func newOrder(jobs []pipeline.Job, plans []plan, stages []string) *order {
	o := &order{index: map[string]int{}, stageOf: make([]int, len(jobs)), stages: make([][]int, len(stages))}
	for i, job := range jobs {
		o.stageOf[i] = slices.Index(stages, plans[i].stage)
		if job.Hidden {
			continue
		}
		o.index[job.ID] = i
		if at := o.stageOf[i]; at >= 0 {
			o.stages[at] = append(o.stages[at], i)
		}
	}
	var so []int
	for _, stage := range o.stages {
		o.earlier = append(o.earlier, so[:len(so):len(so)])
		so = append(so, stage...)
	}
	o.arrange(jobs, plans)
	for i := range jobs {
		o.senders = append(o.senders, o.reports(plans, i))
	}
	return o
}

// job finds a job by its name, or by the name of a part of it.
func (o *order) job(name string) (i int, known bool) {
	i, known = o.index[name]
	if !known {
		i, known = o.index[partOf.ReplaceAllString(name, "")]
	}
	return i, known
}

// arrange lists the jobs before each, and leaves out what would close a
// circle, which GitLab refuses.
func (o *order) arrange(jobs []pipeline.Job, plans []plan) {
	o.before = make([][]int, len(jobs))
	state := make([]byte, len(jobs)) // 1: on the way that is being walked, 2: done
	type frame struct {
		job  int
		rest []int
		drop bool
	}
	for first := range jobs {
		if state[first] != 0 {
			continue
		}
		state[first] = 1
		o.before[first] = o.wanted(&plans[first], first)
		stack := []frame{{job: first, rest: o.before[first]}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.rest) == 0 {
				if top.drop {
					o.before[top.job] = slices.DeleteFunc(slices.Clone(o.before[top.job]), func(i int) bool { return state[i] == 1 })
				}
				state[top.job] = 2
				stack = stack[:len(stack)-1]
				continue
			}
			next := top.rest[0]
			top.rest = top.rest[1:]
			switch state[next] {
			case 1:
				top.drop = true
			case 0:
				state[next] = 1
				o.before[next] = o.wanted(&plans[next], next)
				stack = append(stack, frame{job: next, rest: o.before[next]})
			}
		}
	}
}

// wanted lists what a job may have to wait for: what it needs by any of its
// rules, and where it has no needs the jobs of earlier stages.
func (o *order) wanted(p *plan, job int) []int {
	var jobs []int
	seen := map[int]bool{job: true}
	add := func(i int) {
		if !seen[i] {
			seen[i] = true
			jobs = append(jobs, i)
		}
	}
	for _, needs := range p.allNeeds() {
		for _, need := range needs {
			if i, known := o.job(need.Job); known {
				add(i)
			}
		}
	}
	if p.dag || o.stageOf[job] < 0 {
		return jobs
	}
	if len(jobs) == 0 {
		return o.earlier[o.stageOf[job]]
	}
	for _, i := range o.earlier[o.stageOf[job]] {
		add(i)
	}
	return jobs
}

// reports lists the jobs before a job that hand it variables.
func (o *order) reports(plans []plan, job int) []int {
	var jobs []int
	p := &plans[job]
	for _, i := range o.before[job] {
		if len(plans[i].dotenv) > 0 && p.takes(plans[i].id) {
			jobs = append(jobs, i)
		}
	}
	return jobs
}
