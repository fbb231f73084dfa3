package pipeline

import "guard/internal/finding"

// New returns the model of a file that holds nothing.
func New(provider, form string) *Pipeline {
	return &Pipeline{
		Provider:    provider,
		Form:        form,
		Triggers:    []Trigger{},
		Inputs:      []Input{},
		Jobs:        []Job{},
		Includes:    []Include{},
		Env:         []Variable{},
		Expressions: []Expression{},
		Invalid:     []Problem{},
		Incomplete:  []Problem{}, Exceeded: []Problem{},
		Activities: []Activity{}, Runs: []Run{}, Pushes: []Pushed{}, Deploys: []Deployed{}, DeadTags: []DeadTag{}, Vacuous: []Vacuous{},
		HeldJobs: []HeldJob{}, Lost: []Lost{}, Undeployed: []Undeployed{},
		Tests: Tests{Run: Fact{Holds: "no"}},
	}
}

// NewTrigger returns an event that nothing narrows down.
func NewTrigger(event string, path finding.Path) Trigger {
	none := []string{}
	return Trigger{Event: event, Branches: none, BranchesIgnore: none, Tags: none, TagsIgnore: none, Types: none, Workflows: none, Path: path}
}
