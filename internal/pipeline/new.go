package pipeline

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
	}
}
