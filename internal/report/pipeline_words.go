package report

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
)

// environmentLabel heads the column of an environment.
func environmentLabel(e finding.PipelineEnvironment) string {
	switch {
	case e.Name == "" && e.Tier == "":
		return "not named"
	case e.Name == "":
		return fmt.Sprintf("%s (by %s)", e.Tier, or(e.Named, "name"))
	case e.Tier == "" || strings.EqualFold(e.Name, e.Tier):
		return e.Name
	}
	return fmt.Sprintf("%s (%s)", e.Name, e.Tier)
}

// answerText is an answer in one word.
func answerText(a finding.Answer) string { return or(a.Holds, "-") }

// cellText says in a word or two how a run reaches an environment, with a sign
// in front where that is against the configuration.
func cellText(c finding.PipelineCell) string {
	text := reachText(c)
	if c.Against != "" {
		return "! " + text
	}
	return text
}

func reachText(c finding.PipelineCell) string {
	switch c.Reached.Holds {
	case "yes":
		return or(gateText(c.Gate), "yes")
	case "unknown":
		return "unknown"
	}
	return "-"
}

func gateText(g finding.Gate) string {
	switch g {
	case finding.ApprovalGate:
		return "after approval"
	case finding.UnknownGate:
		return "approval?"
	case finding.ManualGate:
		return "manual"
	}
	return ""
}

// cellReason says why what a cell shows is not known; "" where it is.
func cellReason(c finding.PipelineCell) string {
	switch {
	case c.Reached.Holds == "unknown":
		return c.Reached.Reason
	case c.Reached.Holds == "yes" && c.Gate == finding.UnknownGate:
		return c.GateReason
	}
	return ""
}

// jobFacts say of a job, a phrase each, what it does, what it waits for and
// when.
func jobFacts(p finding.Pipeline, job finding.PipelineJob) []string {
	var facts []string
	add := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	if len(job.Activities) > 0 {
		add("%s", strings.Join(job.Activities, ", "))
	}
	if after := afterNames(p, job); len(after) > 0 {
		add("after %s", strings.Join(after, ", "))
	}
	if job.Environment != "" {
		add("environment %s", job.Environment)
	}
	if job.Condition != "" {
		add("%s %s", map[bool]string{true: "when", false: "if"}[p.Provider == "gitlab"], job.Condition)
	}
	if job.Uses != "" {
		add("uses %s", job.Uses)
	}
	if runs := runTitles(p, job.Runs); len(p.Runs) > 0 && len(runs) < len(p.Runs) {
		add("%s", inRuns(runs, len(p.Runs)))
	}
	return facts
}

// mostTitles is how many runs are named before they are only counted.
const mostTitles = 4

func inRuns(titles []string, all int) string {
	switch {
	case len(titles) == 0:
		return "in no run"
	case len(titles) > mostTitles:
		return fmt.Sprintf("in %d of %d runs", len(titles), all)
	}
	return "in " + strings.Join(titles, ", ")
}

// afterNames lists the jobs that a job waits for: directly, or as written
// where that was not worked out.
func afterNames(p finding.Pipeline, job finding.PipelineJob) []string {
	var names []string
	for _, i := range job.After {
		if i >= 0 && i < len(p.Jobs) {
			names = append(names, p.Jobs[i].ID)
		}
	}
	if len(names) == 0 {
		return job.Needs
	}
	return names
}

// runTitles turns ids into titles.
func runTitles(p finding.Pipeline, ids []string) []string {
	var titles []string
	for _, run := range p.Runs {
		if slices.Contains(ids, run.ID) && !slices.Contains(titles, run.Title) {
			titles = append(titles, run.Title)
		}
	}
	return titles
}

// imageGroup is what some runs push and deploy.
type imageGroup struct {
	titles []string
	images []finding.PipelineImage
}

// imageGroups puts runs together that push and deploy the same images; those
// that do neither are left out.
func imageGroups(p finding.Pipeline) []imageGroup {
	var groups []imageGroup
	index := map[string]int{}
	for _, run := range p.Runs {
		var images []finding.PipelineImage
		key := ""
		for i, image := range p.Images {
			if slices.Contains(image.Runs, run.ID) {
				images, key = append(images, image), key+fmt.Sprint(i, " ")
			}
		}
		at, known := index[key]
		switch {
		case key == "":
		case known:
			groups[at].titles = append(groups[at].titles, run.Title)
		default:
			index[key] = len(groups)
			groups = append(groups, imageGroup{titles: []string{run.Title}, images: images})
		}
	}
	return groups
}

// imageName is an image for people, also where it is not known.
func imageName(i finding.PipelineImage) string {
	return or(i.Image, "an image that the file does not name")
}

// imageTarget says where an image is deployed to; "" of a pushed one.
func imageTarget(i finding.PipelineImage) string {
	if i.Use != "deployed" {
		return ""
	}
	if i.Environment == "" {
		return or(i.Tier, "an environment that is not named")
	}
	return environmentLabel(finding.PipelineEnvironment{Name: i.Environment, Tier: i.Tier})
}

// imageFact says whether what is deployed is what was pushed, or why it is not
// known which image it is.
func imageFact(i finding.PipelineImage) string {
	switch {
	case i.Use == "deployed" && i.Pushed.Holds == "yes":
		return "is among the pushed ones"
	case i.Use == "deployed" && i.Pushed.Holds == "no":
		return "is none of the pushed ones"
	case i.Use == "deployed":
		return "not known whether it was pushed: " + or(i.Pushed.Reason, i.Unknown)
	case i.Unknown != "" && i.Image != "":
		return "not known: " + i.Unknown
	}
	return ""
}
