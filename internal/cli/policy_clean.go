package cli

import (
	"guard/internal/authoring"
	"guard/internal/report"
)

// cleanOutcome makes every text of an outcome safe to show, for the formats
// that show it as it is.
func cleanOutcome(o *authoring.Outcome) {
	for i := range o.Cases {
		c := &o.Cases[i]
		c.Name, c.File, c.Output = report.Clean(c.Name), report.Clean(c.File), report.CleanLines(c.Output)
		cleanProblems(c.Problems)
	}
	cleanAll(o.Coverage.Uncovered)
	if o.Mutation != nil {
		cleanProblems(o.Mutation.Unnoticed)
	}
}

func cleanProblems(problems []authoring.Problem) {
	for i := range problems {
		p := &problems[i]
		p.File, p.Message, p.Excerpt = report.Clean(p.File), report.CleanLines(p.Message), report.CleanLines(p.Excerpt)
		p.Got, p.Want = report.Clean(p.Got), report.Clean(p.Want)
		cleanAll(p.Missing)
		cleanAll(p.Unexpected)
		cleanAll(p.Values)
	}
}

func cleanAll(texts []string) {
	for i := range texts {
		texts[i] = report.CleanLines(texts[i])
	}
}
