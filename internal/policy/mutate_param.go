package policy

import (
	"encoding/json"
	"fmt"
	"slices"
)

// The bounds of what is changed of one list.
const (
	maxLeftOut = 5 // elements that are left out, each in a mutant of its own
)

// paramChange is another value of a parameter.
type paramChange struct {
	name  string
	value any
	what  string
}

// paramChanges are other values of the rule's parameters.
func (m *mutation) paramChanges() []paramChange {
	var changes []paramChange
	for _, p := range m.rule.Params {
		switch value := m.rule.Values[p.Name].(type) {
		case bool:
			changes = append(changes, paramChange{p.Name, !value, fmt.Sprintf("parameter %s is %t", p.Name, !value)})
		case []any:
			changes = append(changes, m.listChanges(p.Name, value)...)
		}
	}
	return changes
}

func (m *mutation) listChanges(name string, list []any) []paramChange {
	var changes []paramChange
	for i, element := range list[:min(len(list), maxLeftOut)] {
		text, err := json.Marshal(element)
		if err != nil {
			continue
		}
		changes = append(changes, paramChange{name, slices.Concat(list[:i], list[i+1:]), fmt.Sprintf("parameter %s lacks %s", name, text)})
	}
	if len(list) == 0 || ElementType(list) != "string" {
		return changes
	}
	wider := slices.Clone(list)
	for _, word := range m.words {
		wider = append(wider, word)
	}
	return append(changes, paramChange{name, wider, fmt.Sprintf("parameter %s holds every text of the tests' input besides", name)})
}
