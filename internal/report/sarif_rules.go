package report

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
)

// sarifRules are the descriptions of rules and where each stands in the list,
// by the ID that findings have.
type sarifRules struct {
	list  []sarifRule
	index map[string]int
}

// newSARIFRules describes every active rule, and every rule that has findings
// although the report does not know it.
func newSARIFRules(r *finding.Report) sarifRules {
	known := make(map[string]finding.Rule, len(r.Rules))
	for id, rule := range r.Rules {
		rule.ID = id
		known[id] = rule
	}
	for _, f := range r.Findings {
		if _, ok := known[f.Rule]; !ok {
			known[f.Rule] = finding.Rule{ID: f.Rule, Title: f.Rule, Remediation: f.Remediation, Severity: f.Severity, Action: f.Action}
		}
	}
	out := sarifRules{list: []sarifRule{}, index: map[string]int{}}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		out.index[id] = len(out.list)
		out.list = append(out.list, describe(cleanRule(known[id])))
	}
	return out
}

func describe(rule finding.Rule) sarifRule {
	title := limit(rule.Title, 1024)
	d := sarifRule{
		ID: rule.ID, Name: limit(pascal(rule.ID), 255), Short: sarifText{Text: title},
		Full: sarifText{Text: limit(or(rule.Description, title), 1024)}, Help: help(rule),
		Configuration: sarifConfig{sarifLevel(finding.Finding{Action: rule.Action})}, Properties: ruleProperties(rule),
	}
	if len(rule.Related) > 0 {
		d.HelpURI, _ = webLink(rule.Related[0].URL)
	}
	return d
}

func ruleProperties(rule finding.Rule) sarifRuleProperties {
	return sarifRuleProperties{
		Tags: tags(rule), Precision: "very-high", Severity: rule.Severity.String(),
		ProblemSeverity: problemSeverity(rule.Severity), SecuritySeverity: securitySeverity[rule.Severity],
	}
}

// tags are the words to filter a rule by, each once; code scanning shows ten.
func tags(rule finding.Rule) []string {
	var out []string
	for _, tag := range append([]string{"security", limit(rule.Category(), 64)}, rule.Frameworks...) {
		if len(out) < 10 && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// securitySeverity puts each severity into the band of CVSS scores that code
// scanning calls by the same name. Info has no score.
var securitySeverity = map[finding.Severity]string{finding.Critical: "9.5", finding.High: "8.0", finding.Medium: "5.5", finding.Low: "2.0"}

func problemSeverity(s finding.Severity) string {
	switch {
	case s >= finding.High:
		return "error"
	case s >= finding.Low:
		return "warning"
	default:
		return "recommendation"
	}
}

// help explains a rule: why, what to do, where to read more.
func help(rule finding.Rule) sarifText {
	var text, markdown []string
	add := func(plain, marked string) {
		if plain != "" {
			text, markdown = append(text, plain), append(markdown, marked)
		}
	}
	add(or(rule.Description, rule.Title), escapeMarkdown(or(rule.Description, rule.Title)))
	add(rule.Remediation, "**What to do:** "+escapeMarkdown(rule.Remediation))
	for _, link := range rule.Related {
		if address, ok := webLink(link.URL); ok {
			add(address, markdownLink(or(link.Description, address), address))
		}
	}
	add("Rule: "+rule.ID, "Rule: `"+strings.ReplaceAll(rule.ID, "`", "'")+"`")
	return sarifText{strings.Join(text, "\n\n"), strings.Join(markdown, "\n\n")}
}

// pascal writes image/tag-latest as ImageTagLatest.
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '/' || r == '-' || r == '_' }) {
		_, size := utf8.DecodeRuneInString(word)
		b.WriteString(strings.ToUpper(word[:size]) + word[size:])
	}
	return b.String()
}

func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
