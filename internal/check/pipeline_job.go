package check

import (
	"slices"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// jobs describes the jobs that run, templates left out.
func (d *describing) jobs() []finding.PipelineJob {
	described, index := []finding.PipelineJob{}, map[int]int{}
	for i := range d.pipeline.Jobs {
		if !d.pipeline.Jobs[i].Hidden {
			index[i] = len(described)
			described = append(described, d.job(i))
		}
	}
	runs := d.runsOfJobs()
	does := d.activitiesOfJobs()
	edges := d.direct()
	for i, at := range index {
		described[at].Runs = append(described[at].Runs, runs[i]...)
		described[at].Activities = append(described[at].Activities, does[i]...)
		for _, before := range edges[i] {
			if target, shown := index[before]; shown {
				described[at].After = append(described[at].After, target)
			}
		}
		slices.Sort(described[at].After)
	}
	return described
}

func (d *describing) job(i int) finding.PipelineJob {
	job := &d.pipeline.Jobs[i]
	described := finding.PipelineJob{
		ID: d.name(job.ID), Line: d.line(job.Path), Stage: d.name(job.Stage), Needs: []string{}, After: []int{},
		Condition: d.text(job.Condition.Value), Environment: d.text(job.Environment.Value), Gate: d.jobGate(i), Activities: []string{}, Runs: []string{},
	}
	for _, need := range job.Needs {
		described.Needs = append(described.Needs, d.name(need.Job))
	}
	if job.Uses != nil {
		described.Uses = d.text(job.Uses.Raw)
	}
	return described
}

// jobGate is what holds a job itself back in some run.
func (d *describing) jobGate(i int) finding.Gate {
	for _, run := range d.pipeline.Runs {
		if d.manual[run.ID][i] {
			return finding.ManualGate
		}
	}
	for _, activity := range d.pipeline.Activities {
		if activity.Job == i && activity.Kind == pipeline.Approval {
			return finding.ApprovalGate
		}
	}
	if d.pipeline.Jobs[i].Environment.Value == "" {
		return finding.NoGate
	}
	return d.environmentGate(i)
}

// environmentGate is what the environment of a job holds back, as far as its
// deployments tell: only where each of them is behind a gate of its own is
// that the environment's.
func (d *describing) environmentGate(i int) finding.Gate {
	proved := 0
	for j := range d.pipeline.Deploys {
		deploy := &d.pipeline.Deploys[j]
		if d.pipeline.Activities[deploy.Activity].Job != i {
			continue
		}
		for k := range deploy.Runs {
			gate, _ := d.gate(deploy.Runs[k].Run, deploy, &deploy.Runs[k])
			if gate == finding.NoGate {
				return finding.NoGate
			}
			if gate == finding.ApprovalGate {
				proved++
			}
		}
	}
	if proved > 0 {
		return finding.ApprovalGate
	}
	return finding.UnknownGate
}

// runsOfJobs lists for every job the runs in which it takes place, or may.
func (d *describing) runsOfJobs() map[int][]string {
	runs := map[int][]string{}
	for _, run := range d.pipeline.Runs {
		id := d.name(run.ID)
		for _, job := range run.Jobs {
			runs[job.Index] = append(runs[job.Index], id)
		}
	}
	return runs
}

// activitiesOfJobs lists what every job does, each kind once. What cannot be
// seen into, and what only prepares, is left out.
func (d *describing) activitiesOfJobs() map[int][]string {
	does := map[int][]string{}
	for _, activity := range d.pipeline.Activities {
		kind := string(activity.Kind)
		switch activity.Kind {
		case pipeline.Opaque, pipeline.Install, pipeline.Credentials, pipeline.Teardown:
			continue
		}
		if !slices.Contains(does[activity.Job], kind) {
			does[activity.Job] = append(does[activity.Job], kind)
		}
	}
	for _, push := range d.pipeline.Pushes {
		job := d.pipeline.Activities[push.Activity].Job
		if push := string(pipeline.Push); !slices.Contains(does[job], push) {
			does[job] = append(does[job], push)
		}
	}
	return does
}

// waits lists the jobs that a job waits for. Where nobody played the pipeline
// through, that is what it needs as written.
func (d *describing) waits(job int) []int {
	if job < len(d.pipeline.Waits) {
		return d.pipeline.Waits[job]
	}
	var all []int
	for _, need := range d.pipeline.Jobs[job].Needs {
		before := slices.IndexFunc(d.pipeline.Jobs, func(j pipeline.Job) bool { return j.ID == need.Job })
		if before >= 0 && before != job {
			all = append(all, before)
		}
	}
	return all
}

// maxReduced bounds the jobs of a pipeline of which it is worked out who waits
// for whom directly.
const maxReduced = 200

// direct lists for every job those that it waits for directly: without those
// that one of the others waits for. Of more jobs than maxReduced nothing is
// told.
func (d *describing) direct() map[int][]int {
	edges := map[int][]int{}
	if len(d.pipeline.Jobs) > maxReduced {
		return edges
	}
	above := make([][]bool, len(d.pipeline.Jobs))
	for job := range d.pipeline.Jobs {
		above[job] = d.above(job)
	}
	for job := range d.pipeline.Jobs {
		waits := d.waits(job)
		for _, before := range waits {
			far := slices.ContainsFunc(waits, func(other int) bool { return other != before && above[other][before] && !above[before][other] })
			if !far && !slices.Contains(edges[job], before) {
				edges[job] = append(edges[job], before)
			}
		}
	}
	return edges
}

// above is the set of all jobs that a job waits for, directly or not.
func (d *describing) above(job int) []bool {
	all, open := make([]bool, len(d.pipeline.Jobs)), []int{job}
	for len(open) > 0 {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		for _, before := range d.waits(next) {
			if !all[before] {
				all[before] = true
				open = append(open, before)
			}
		}
	}
	return all
}
