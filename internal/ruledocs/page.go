package ruledocs

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"guard/internal/authoring"
	"guard/internal/finding"
	"guard/internal/framework"
	"guard/internal/policy"
	"guard/internal/report"
)

// page is what the page of a rule says, in plain text that is not escaped yet. All of
// it prints.
type page struct {
	ID, Title, Severity      string
	Category                 string
	Kinds, Profiles          []string // Profiles is * alone where the rule is in every profile
	Facts                    []fact
	Description, Remediation []string // paragraphs
	Params                   []param
	Setting                  snippet
	Waivers                  []snippet // none: it must not be waived
	Examples                 []exampleGroup
	More                     int // example files that are not shown
	Controls                 []control
	Links                    []finding.RelatedLink
	Place                    string // file:line
	Source                   string
	Words                    string // what a search looks at, in lower case
}

type fact struct{ Name, Text string }

type param struct {
	Name, Type, Description string
	Defaults                []fact // by profile; the first is that of all others
	Many                    int    // how many values the first has, where it is too long for a table; it stands under Configure
}

// snippet is something to copy.
type snippet struct{ About, Language, Text string }

type exampleGroup struct {
	Kind        authoring.ExampleKind
	Title, Note string
	Files       []authoring.Example
}

// control is one of a framework.
type control struct{ ID, Title, Framework, URL string }

func newPage(l Library, r authoring.Documented) page {
	place := fmt.Sprintf("%s:%d", path.Join(l.Dir, r.File), r.Line)
	p := page{
		ID: r.ID, Title: flowed(r.Title), Severity: r.Severity.String(), Category: r.Category(),
		Kinds: kinds(r.Rule), Profiles: profiles(r.Rule), Facts: facts(r), Description: paragraphs(r.Description), Remediation: paragraphs(r.Remediation),
		Params: params(r.Params), Setting: setting(r.Rule), Waivers: waivers(r), Examples: exampleGroups(r.Examples), More: r.More,
		Controls: controls(r.Frameworks), Place: report.Source(place), Source: report.Source(strings.ReplaceAll(strings.TrimRight(r.Text, "\n"), "\r\n", "\n")),
	}
	for _, link := range r.Related {
		p.Links = append(p.Links, finding.RelatedLink{URL: flowed(link.URL), Description: flowed(link.Description)})
	}
	words := slices.Concat([]string{r.ID, p.Title}, p.Description, p.Remediation, p.Kinds, r.Frameworks, r.Aliases)
	p.Words = strings.ToLower(flowed(strings.Join(words, " ")))
	return p
}

// flowed is a text in one line.
func flowed(text string) string { return report.Source(strings.Join(strings.Fields(text), " ")) }

func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = flowed(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func kinds(r finding.Rule) []string {
	var names []string
	for _, kind := range policy.KindsOf(r) {
		names = append(names, string(kind))
	}
	return names
}

func profiles(r finding.Rule) []string {
	if r.Custom && len(r.Profiles) == 0 {
		return []string{"*"}
	}
	return flowedAll(r.Profiles)
}

func profilesText(r finding.Rule) string {
	switch {
	case len(r.Profiles) > 0:
		return flowed(strings.Join(r.Profiles, ", "))
	case r.Custom:
		return "all"
	}
	return "none: switch it on by its id"
}

// facts are what is said in a word or two.
func facts(r authoring.Documented) []fact {
	all := []fact{{"Severity", r.Severity.String()}, {"Looks at", strings.Join(kinds(r.Rule), ", ")}, {"Profiles", profilesText(r.Rule)}, {"Since", flowed(r.Since)}}
	add := func(name, text string) {
		if text != "" {
			all = append(all, fact{name, text})
		}
	}
	if r.EffectiveOn != "" {
		add("In force", "from "+r.EffectiveOn+"; it warns before")
	}
	add("Needs", needs(r.Needs))
	add("Formerly", flowed(strings.Join(r.Aliases, ", ")))
	if r.Held != nil {
		add("Demanded", demanded(*r.Held))
	}
	return all
}

func needs(names []string) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = policy.NeedText(name)
	}
	return strings.Join(texts, " and ")
}

// demanded is what the rule's bundle demands of those who use it.
func demanded(h policy.Held) string {
	text := "at least " + h.Action.String()
	if h.Change {
		text = "may be changed"
	}
	if !h.Waive {
		text += "; may not be waived"
	}
	return text
}

func params(of []finding.Param) []param {
	var all []param
	for _, p := range of {
		one := param{Name: flowed(p.Name), Type: typeOf(p), Description: flowed(p.Description), Defaults: []fact{{"", valueText(p.Default)}}}
		if list, isList := p.Default.([]any); isList && len(one.Defaults[0].Text) >= wideValue {
			one.Many = len(list)
		}
		for _, profile := range slices.Sorted(maps.Keys(p.Profiles)) {
			one.Defaults = append(one.Defaults, fact{flowed(profile), valueText(p.Profiles[profile])})
		}
		all = append(all, one)
	}
	return all
}

// typeOf names the type of a parameter, with what the elements of a list must be.
func typeOf(p finding.Param) string {
	if p.Type == "boolean" {
		return "true or false"
	}
	if element := policy.ElementType(p.Default); element != "" {
		return p.Type + " of " + element
	}
	return p.Type
}

// controls says what the controls of frameworks ask for, where guard knows.
func controls(ids []string) []control {
	var all []control
	for _, id := range ids {
		one := control{ID: flowed(id)}
		for _, f := range framework.All {
			for _, c := range f.Controls {
				if c.ID == id {
					one = control{id, c.Title, f.Title, f.URL}
				}
			}
		}
		all = append(all, one)
	}
	return all
}
