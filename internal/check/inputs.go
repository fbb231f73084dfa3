package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// readInputs makes the given texts the only files.
func (r *run) readInputs() error {
	inputs := slices.Clone(r.Inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return cmp.Compare(a.Name, b.Name) })
	for i, input := range inputs {
		if i > 0 && inputs[i-1].Name == input.Name {
			return fmt.Errorf("%s is given twice", input.Name)
		}
		r.entries = append(r.entries, &entry{file: file{name: input.Name, data: input.Data}})
	}
	r.Inputs = inputs
	return nil
}

var errNotGiven = errors.New("it is not among the texts that are judged")

// lookupInput reads one of the given texts. Whether there is a file of another
// name nobody knows.
func (r *run) lookupInput(name string) ([]byte, error) {
	i, found := slices.BinarySearchFunc(r.Inputs, name, func(input Input, name string) int { return cmp.Compare(input.Name, name) })
	if !found {
		return nil, errNotGiven
	}
	return r.Inputs[i].Data, nil
}
