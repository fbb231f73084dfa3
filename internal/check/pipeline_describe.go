package check

import (
	"cmp"
	"fmt"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/pipeline"
)

// describePipelines says what the runs of the pipelines in a file can do. A
// composite action is none: it runs where a workflow uses it.
func describePipelines(documents []*document.Document, v *view) []finding.Pipeline {
	var all []finding.Pipeline
	for _, d := range documents {
		if d.Pipeline == nil || d.Pipeline.Form == "action" {
			continue
		}
		description := &describing{document: d, pipeline: d.Pipeline, view: v, manual: manualJobs(d.Pipeline)}
		all = append(all, description.whole())
	}
	return all
}

// describing turns the model of one pipeline into what reports show of it.
type describing struct {
	document *document.Document
	pipeline *pipeline.Pipeline
	view     *view
	manual   map[string]map[int]bool // by run: the jobs that somebody starts by hand in it
}

func manualJobs(p *pipeline.Pipeline) map[string]map[int]bool {
	manual := map[string]map[int]bool{}
	for _, run := range p.Runs {
		manual[run.ID] = map[int]bool{}
		for _, job := range run.Jobs {
			manual[run.ID][job.Index] = job.Manual
		}
	}
	return manual
}

func (d *describing) whole() finding.Pipeline {
	p := d.pipeline
	described := finding.Pipeline{
		File: d.document.File, Provider: p.Provider, Name: d.text(p.Name),
		Environments: []finding.PipelineEnvironment{}, Runs: []finding.PipelineRun{}, Jobs: d.jobs(), Images: []finding.PipelineImage{},
		Unknown: d.unknown(),
	}
	columns := d.columns()
	for _, c := range columns {
		described.Environments = append(described.Environments, finding.PipelineEnvironment{
			Name: d.name(c.name), Tier: c.tier, Named: c.deploys[0].Named, Unknown: d.text(c.deploys[0].EnvironmentUnknown),
		})
	}
	for i := range p.Runs {
		described.Runs = append(described.Runs, d.run(&p.Runs[i], columns))
	}
	for i := range p.Pushes {
		described.Images = append(described.Images, d.pushed(&p.Pushes[i])...)
	}
	for i := range p.Deploys {
		described.Images = append(described.Images, d.deployed(&p.Deploys[i])...)
	}
	return described
}

// text takes the secrets out of a text, and name out of what people go by.
func (d *describing) text(text string) string { return d.view.redact(text) }
func (d *describing) name(text string) string { return d.view.whole.RedactKnown(text) }

func (d *describing) names(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = d.name(text)
	}
	return out
}

func (d *describing) answer(fact pipeline.Fact) finding.Answer {
	return finding.Answer{Holds: fact.Holds, Reason: d.text(fact.Reason)}
}

func (d *describing) line(path finding.Path) int { return d.document.Locate(path).Line }

func (d *describing) run(run *pipeline.Run, columns []column) finding.PipelineRun {
	described := finding.PipelineRun{
		ID: d.name(run.ID), Title: d.name(run.Title), Situation: run.Situation, Event: d.name(run.Event), Branch: d.name(run.Branch), Tag: d.name(run.Tag),
		Starts: finding.Answer{Holds: run.Starts, Reason: d.text(run.Reason)},
		Tested: d.answer(d.tested(run)), Pushes: d.answer(d.pushes(run)), Cells: []finding.PipelineCell{},
	}
	for i := range columns {
		described.Cells = append(described.Cells, d.cell(run, &columns[i]))
	}
	return described
}

// pushes tells whether a run pushes an image.
func (d *describing) pushes(run *pipeline.Run) pipeline.Fact {
	answer := pipeline.Fact{Holds: "no"}
	for i := range d.pipeline.Pushes {
		if reach := reachIn(d.pipeline.Pushes[i].Runs, run.ID); reach != nil {
			answer = either(answer, reach.Reached)
		}
	}
	return answer
}

// tested tells whether tests must have passed before all that a run deploys
// or, where it deploys nothing, pushes.
func (d *describing) tested(run *pipeline.Run) pipeline.Fact {
	answer := pipeline.Fact{}
	for i := range d.pipeline.Deploys {
		if reach := reachIn(d.pipeline.Deploys[i].Runs, run.ID); reach != nil {
			answer = both(answer, reach.After.Test)
		}
	}
	if answer.Holds != "" {
		return answer
	}
	for i := range d.pipeline.Pushes {
		if reach := reachIn(d.pipeline.Pushes[i].Runs, run.ID); reach != nil {
			answer = both(answer, reach.After.Test)
		}
	}
	return answer
}

// reachIn finds a run among those in which something takes place.
func reachIn(runs []pipeline.Reach, id string) *pipeline.Reach {
	i := slices.IndexFunc(runs, func(r pipeline.Reach) bool { return r.Run == id })
	if i < 0 {
		return nil
	}
	return &runs[i]
}

// either is yes where one of two answers is, and both where both are; the
// zero answer is the other one.
func either(a, b pipeline.Fact) pipeline.Fact { return stronger(a, b, "yes", "unknown", "no") }
func both(a, b pipeline.Fact) pipeline.Fact   { return stronger(a, b, "no", "unknown", "yes") }

func stronger(a, b pipeline.Fact, order ...string) pipeline.Fact {
	for _, holds := range order {
		if a.Holds == holds {
			return a
		}
		if b.Holds == holds {
			return b
		}
	}
	return a
}

func (d *describing) pushed(push *pipeline.Pushed) []finding.PipelineImage {
	base := finding.PipelineImage{Use: "pushed", Job: d.name(push.Job), Tool: d.text(push.Tool), Line: d.line(push.Path)}
	return d.images(base, push.Images, push.Runs)
}

func (d *describing) deployed(deploy *pipeline.Deployed) []finding.PipelineImage {
	base := finding.PipelineImage{
		Use: "deployed", Job: d.name(deploy.Job), Tool: d.text(deploy.Tool), Line: d.line(deploy.Path),
		Environment: d.name(deploy.Environment), Tier: deploy.Tier,
	}
	return d.images(base, deploy.Images, deploy.Runs)
}

// images lists what one activity is about: an image without a name where the
// file does not say.
func (d *describing) images(base finding.PipelineImage, images []pipeline.ImageTag, reaches []pipeline.Reach) []finding.PipelineImage {
	if len(images) == 0 {
		base.Unknown, base.Runs = "the file does not say which image", []string{}
		for _, reach := range reaches {
			base.Runs = append(base.Runs, d.name(reach.Run))
		}
		if base.Use == "deployed" {
			base.Pushed = finding.Answer{Holds: "unknown", Reason: base.Unknown}
		}
		return []finding.PipelineImage{base}
	}
	var all []finding.PipelineImage
	for _, image := range images {
		one := base
		one.Image, one.Unknown, one.Runs = d.text(image.Text), d.text(image.Unknown), d.names(image.Runs)
		if len(image.Path) > 0 {
			one.Line = d.line(image.Path)
		}
		if base.Use == "deployed" {
			one.Pushed = d.answer(image.Built)
		}
		all = append(all, one)
	}
	return all
}

// unknown lists what could not be followed, and why nothing may run at all.
func (d *describing) unknown() []finding.Incomplete {
	all := []finding.Incomplete{}
	add := func(path finding.Path, reason string) {
		entry := finding.Incomplete{File: d.document.File, Line: d.line(path), Reason: d.text(reason)}
		if !slices.Contains(all, entry) {
			all = append(all, entry)
		}
	}
	for _, p := range d.document.Unparsable {
		add(p.Path, p.Message)
	}
	for _, p := range d.pipeline.Invalid {
		add(p.Path, fmt.Sprintf("%s refuses the file: %s", providerTitle(d.pipeline.Provider), p.Message))
	}
	for _, p := range d.pipeline.Incomplete {
		add(p.Path, p.Message)
	}
	return all
}

func providerTitle(provider string) string {
	return cmp.Or(map[string]string{"github": "GitHub", "gitlab": "GitLab", "azure": "Azure Pipelines"}[provider], provider)
}
