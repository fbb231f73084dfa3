package policy

import (
	"encoding/json"
	"fmt"
	"strings"

	"guard/internal/finding"
)

// Readme describes rules as one Markdown page: a table, then a section per
// rule.
func Readme(rules []finding.Rule) string {
	var b strings.Builder
	b.WriteString("# The rules\n\n")
	b.WriteString("Generated from the METADATA of the rules by `make docs`; edit those.\n\n")
	fmt.Fprintf(&b, "There are %d rules. The profile `recommended` is the default; `guard explain RULE` shows examples.\n\n", len(rules))
	b.WriteString("| rule | severity | profiles | what it finds |\n|---|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", r.ID, anchor(r.ID), r.Severity, profilesText(r), cell(prose(r.Title)))
	}
	category := ""
	for _, r := range rules {
		if r.Category() != category {
			category = r.Category()
			fmt.Fprintf(&b, "\n## %s\n", category)
		}
		writeRule(&b, r)
	}
	return b.String()
}

func writeRule(b *strings.Builder, r finding.Rule) {
	fmt.Fprintf(b, "\n### %s\n\n", r.ID)
	fmt.Fprintf(b, "**%s.** %s\n\n", prose(strings.TrimSuffix(r.Title, ".")), prose(r.Description))
	fmt.Fprintf(b, "Severity %s; %s; looks at %s%s; since %s.\n", r.Severity, profilesSentence(r), kindsText(r), needsText(r), r.Since)
	if r.EffectiveOn != "" {
		fmt.Fprintf(b, "In force from %s; a warning before.\n", r.EffectiveOn)
	}
	if len(r.Frameworks) > 0 {
		fmt.Fprintf(b, "Frameworks: %s.\n", strings.Join(r.Frameworks, ", "))
	}
	if len(r.Aliases) > 0 {
		fmt.Fprintf(b, "Formerly %s.\n", strings.Join(r.Aliases, ", "))
	}
	fmt.Fprintf(b, "\n*What to do:* %s\n", prose(r.Remediation))
	writeParams(b, r.Params)
	writeLinks(b, r.Related)
}

func writeParams(b *strings.Builder, params []finding.Param) {
	if len(params) == 0 {
		return
	}
	b.WriteString("\n| parameter | type | default | |\n|---|---|---|---|\n")
	for _, p := range params {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.Name, p.Type, cell(defaultsText(p)), cell(prose(p.Description)))
	}
}

func writeLinks(b *strings.Builder, links []finding.RelatedLink) {
	if len(links) == 0 {
		return
	}
	b.WriteString("\n")
	for _, link := range links {
		text := link.Description
		if text == "" {
			text = link.URL
		}
		fmt.Fprintf(b, "- [%s](%s)\n", text, link.URL)
	}
}

// defaultsText is the default, then those of particular profiles.
func defaultsText(p finding.Param) string {
	texts := []string{"`" + jsonText(p.Default) + "`"}
	for _, profile := range Profiles {
		if value, ok := p.Profiles[profile]; ok {
			texts = append(texts, fmt.Sprintf("%s: `%s`", profile, jsonText(value)))
		}
	}
	return strings.Join(texts, "; ")
}

func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

func profilesText(r finding.Rule) string {
	if len(r.Profiles) == 0 {
		return "opt-in"
	}
	return strings.Join(r.Profiles, ", ")
}

func profilesSentence(r finding.Rule) string {
	if len(r.Profiles) == 0 {
		return "opt-in: in no profile"
	}
	return "in " + strings.Join(r.Profiles, ", ")
}

func kindsText(r finding.Rule) string {
	names := make([]string, len(r.Kinds))
	for i, kind := range r.Kinds {
		names[i] = kind
		if kind == anyKind {
			names[i] = "everything that names images"
		}
	}
	return strings.Join(names, ", ")
}

func needsText(r finding.Rule) string {
	if len(r.Needs) == 0 {
		return ""
	}
	needs := make([]string, len(r.Needs))
	for i, need := range r.Needs {
		word, rest, _ := strings.Cut(NeedText(need), " ")
		needs[i] = strings.TrimRight("`"+word+"` "+rest, " ")
	}
	return "; needs " + strings.Join(needs, " and ")
}

// anchor is the link target that Markdown viewers make of a heading.
func anchor(id string) string { return strings.ReplaceAll(id, "/", "") }

// prose keeps a text from being taken for HTML.
func prose(text string) string { return strings.ReplaceAll(text, "<", "&lt;") }

// cell keeps a text inside one cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
