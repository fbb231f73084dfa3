package authoring

import (
	"context"
	"fmt"

	"guard/internal/policy"
)

// Mutation is how well unit tests notice changes of the rules.
type Mutation struct {
	Tried     int       `json:"tried"`     // changes
	Unnoticed []Problem `json:"unnoticed"` // those that no unit test of their rule notices
	Left      int       `json:"left"`      // changes that were not tried: there were too many, or they took too long
	Untested  []string  `json:"untested"`  // rules without unit tests, which notice nothing
}

// Whole tells whether every change was tried, and noticed.
func (m *Mutation) Whole() bool { return len(m.Unnoticed)+m.Left+len(m.Untested) == 0 }

// Mutate changes the rules in one place at a time, and lists the changes that no
// unit test notices. All unit tests must pass.
func (l *Library) Mutate(ctx context.Context, o TestOptions) (*Mutation, error) {
	report, err := policy.Mutate(ctx, l.Sources, o.Run)
	if err != nil {
		return nil, err
	}
	m := &Mutation{Tried: report.Tried, Left: report.Left, Unnoticed: []Problem{}, Untested: append([]string{}, report.Untested...)}
	for _, mutant := range report.Unnoticed {
		p := Problem{File: mutant.Place.File, Line: mutant.Place.Line, Column: mutant.Place.Column, Excerpt: mutant.Excerpt()}
		p.Message = fmt.Sprintf("no unit test notices when %s", mutant.Change)
		if mutant.Becomes != "" {
			p.Message += ": " + mutant.Becomes
		}
		m.Unnoticed = append(m.Unnoticed, p)
	}
	return m, nil
}
