package metadata

import (
	"slices"
	"strings"

	"guard/internal/pipeline/symbol"
)

const vendor = "org.opencontainers.image."

// labels adds the labels that the action sets on its own, and those of the
// input, which come later and win.
func (e *evaluation) labels(v symbol.Value) {
	values := map[string]symbol.Value{}
	for name, value := range e.ownLabels() {
		values[vendor+name] = value
	}
	list, _ := e.list("labels", v)
	for _, l := range list {
		e.addLabel(values, l)
	}
	for name, value := range values {
		e.result.Labels = append(e.result.Labels, Label{name, value})
	}
	slices.SortFunc(e.result.Labels, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
}

func (e *evaluation) ownLabels() map[string]symbol.Value {
	repository := func(name string) symbol.Value {
		return symbol.Of(symbol.Part{Kind: symbol.Opaque, Name: "the repository's " + name})
	}
	return map[string]symbol.Value{
		"title":       symbol.Of(symbol.Part{Kind: symbol.Repository, Name: "name"}),
		"description": repository("description"),
		"url":         repository("address"),
		"source":      repository("address"),
		"version":     e.result.Version,
		"created":     symbol.Of(symbol.Part{Kind: symbol.Date, Name: "YYYY-MM-DDTHH:mm:ss.SSS[Z]"}),
		"revision":    e.decode(e.sha),
		"licenses":    repository("license"),
	}
}

// addLabel adds one line of the input. The action drops a name without a
// value.
func (e *evaluation) addLabel(values map[string]symbol.Value, l line) {
	text := l.text
	if e.major >= 5 {
		var err error
		if text, err = e.render(text, e.global); err != nil {
			e.refuse("labels", l.number, err)
			return
		}
	}
	name, value, named := strings.Cut(text, "=")
	switch {
	case !plain(name):
		e.refuse("labels", l.number, errUnknown{e.reason(name)})
	case named:
		values[name] = e.decode(value)
	}
}
