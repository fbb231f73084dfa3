package ruledocs

import (
	"slices"

	"guard/internal/authoring"
	"guard/internal/policy"
	"guard/internal/report"
)

// exampleGroups are the examples by what the rule makes of them. Their texts print.
func exampleGroups(examples []authoring.Example) []exampleGroup {
	groups := []exampleGroup{
		{Kind: authoring.ExampleBad, Title: "Examples that break it", Note: "The marked lines are found."},
		{Kind: authoring.ExampleGood, Title: "Examples that keep it", Note: "Nothing is found."},
		{Kind: authoring.ExampleUnknown, Title: "Where nobody can know", Note: "The files do not say enough, so nothing is found. What is marked is told as not looked at."},
	}
	for _, e := range examples {
		i := slices.IndexFunc(groups, func(g exampleGroup) bool { return g.Kind == e.Kind })
		groups[i].Files = append(groups[i].Files, printed(e))
	}
	groups = slices.DeleteFunc(groups, func(g exampleGroup) bool { return len(g.Files) == 0 })
	for i, g := range groups {
		if g.Kind == authoring.ExampleUnknown && !slices.ContainsFunc(g.Files, authoring.Example.Found) {
			groups[i].Note = "The files do not say enough, so nothing is found."
		}
	}
	return groups
}

// printed is an example of which every character prints.
func printed(e authoring.Example) authoring.Example {
	e.File = flowed(e.File)
	e.Whole = flowedAll(e.Whole)
	e.Lines = slices.Clone(e.Lines)
	for i, line := range e.Lines {
		e.Lines[i] = authoring.ExampleLine{Text: report.Source(line.Text), Marks: flowedAll(line.Marks)}
	}
	return e
}

func flowedAll(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, flowed(text))
	}
	return all
}

// besides says what a file is that stands beside examples; "" where it is one itself.
func besides(e authoring.Example) string {
	switch e.File {
	case policy.SettingsFile:
		return "what the forge says of this"
	case policy.RegistryFile:
		return "what registries say of this"
	}
	return ""
}

// said is what stands beside a line that is marked.
func said(kind authoring.ExampleKind, mark string) string {
	if open(mark) {
		return answer(kind)
	}
	return answer(kind) + ": " + mark
}

// whole is what stands below an example of which the whole is marked.
func whole(kind authoring.ExampleKind, mark string) string {
	text := "As a whole: " + answer(kind)
	if open(mark) {
		return text
	}
	return text + ", " + mark
}

// open tells whether a mark leaves open what is said.
func open(mark string) bool { return mark == "" || mark == "…" }

func answer(kind authoring.ExampleKind) string {
	if kind == authoring.ExampleUnknown {
		return "not known"
	}
	return "found"
}
