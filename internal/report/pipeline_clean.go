package report

import "guard/internal/finding"

// cleanPipeline copies a pipeline with every string made safe by [Clean].
func cleanPipeline(p finding.Pipeline) finding.Pipeline {
	return finding.Pipeline{
		File: Clean(p.File), Provider: cleanName(p.Provider), Name: cleanName(p.Name),
		Environments: mapped(p.Environments, cleanEnvironment), Runs: mapped(p.Runs, cleanRun), Jobs: mapped(p.Jobs, cleanJob),
		Images: mapped(p.Images, cleanImage), Unknown: mapped(p.Unknown, cleanIncomplete),
	}
}

func cleanName(s string) string { return limit(flow(s), longName) }

func cleanAnswer(a finding.Answer) finding.Answer {
	return finding.Answer{Holds: cleanName(a.Holds), Reason: limit(flow(a.Reason), longMessage)}
}

func cleanEnvironment(e finding.PipelineEnvironment) finding.PipelineEnvironment {
	return finding.PipelineEnvironment{Name: cleanName(e.Name), Tier: cleanName(e.Tier), Named: cleanName(e.Named), Unknown: limit(flow(e.Unknown), longMessage)}
}

func cleanRun(r finding.PipelineRun) finding.PipelineRun {
	r.ID, r.Title, r.Situation, r.Event = Clean(r.ID), cleanName(r.Title), cleanName(r.Situation), cleanName(r.Event)
	r.Branch, r.Tag = cleanName(r.Branch), cleanName(r.Tag)
	r.Starts, r.Tested, r.Pushes = cleanAnswer(r.Starts), cleanAnswer(r.Tested), cleanAnswer(r.Pushes)
	r.Cells = mapped(r.Cells, cleanCell)
	return r
}

func cleanCell(c finding.PipelineCell) finding.PipelineCell {
	return finding.PipelineCell{
		Environment: cleanName(c.Environment), Tier: cleanName(c.Tier), Reached: cleanAnswer(c.Reached), Gate: finding.Gate(cleanName(string(c.Gate))),
		GateReason: limit(flow(c.GateReason), longMessage), Against: limit(flow(c.Against), longMessage), Jobs: mapped(c.Jobs, cleanName),
	}
}

func cleanJob(j finding.PipelineJob) finding.PipelineJob {
	return finding.PipelineJob{
		ID: cleanName(j.ID), Line: j.Line, Stage: cleanName(j.Stage), Needs: mapped(j.Needs, cleanName), After: j.After,
		Condition: cleanName(j.Condition), Environment: cleanName(j.Environment), Uses: cleanName(j.Uses), Gate: finding.Gate(cleanName(string(j.Gate))),
		Activities: mapped(j.Activities, cleanName), Runs: mapped(j.Runs, Clean),
	}
}

func cleanImage(i finding.PipelineImage) finding.PipelineImage {
	return finding.PipelineImage{
		Use: cleanName(i.Use), Job: cleanName(i.Job), Tool: cleanName(i.Tool), Line: i.Line, Image: cleanName(i.Image), Unknown: limit(flow(i.Unknown), longMessage),
		Environment: cleanName(i.Environment), Tier: cleanName(i.Tier), Pushed: cleanAnswer(i.Pushed), Runs: mapped(i.Runs, Clean),
	}
}
