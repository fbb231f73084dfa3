package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/finding"
	"guard/internal/policy"
)

const explainExample = `  guard explain image/tag-latest
  guard explain kubernetes/run-as-non-root -o json`

func newExplain(w *World) *cobra.Command {
	var shared configFlags
	var format string
	cmd := &cobra.Command{
		Use:               "explain RULE",
		Short:             "Say what a rule wants, why, and how to keep it",
		Example:           explainExample,
		ValidArgsFunction: ruleCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected one rule, found %d; guard rules lists them", len(args))
			}
			s, err := shared.setup(cmd, w)
			if err != nil {
				return err
			}
			rule, err := findRule(s.evaluator.Rules(), args[0])
			if err != nil {
				return err
			}
			if rule.Examples, err = policy.Builtin().Examples(rule.ID); err != nil {
				return err
			}
			return writeExplanation(cmd, w, format, rule)
		},
	}
	shared.add(cmd, w)
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func findRule(rules []finding.Rule, id string) (finding.Rule, error) {
	var ids []string
	for _, r := range rules {
		if r.ID == id {
			return r, nil
		}
		for _, alias := range r.Aliases {
			if alias == id {
				return r, nil
			}
		}
		ids = append(ids, r.ID)
	}
	return finding.Rule{}, unknownName("rule", id, ids)
}

func writeExplanation(cmd *cobra.Command, w *World, format string, r finding.Rule) error {
	switch format {
	case "json":
		out := json.NewEncoder(w.Out)
		out.SetIndent("", "  ")
		return out.Encode(r)
	case "text":
		var b strings.Builder
		explain(&b, r)
		_, err := io.WriteString(w.Out, b.String())
		return err
	}
	return usagef(cmd, "unknown format %q, expected text or json", format)
}

func explain(b *strings.Builder, r finding.Rule) {
	fmt.Fprintf(b, "%s\n%s\n\n", r.ID, r.Title)
	fmt.Fprintf(b, "  severity  %s\n  action    %s\n  kinds     %s\n  profiles  %s\n", r.Severity, r.Action, strings.Join(r.Kinds, ", "), orNone(r.Profiles))
	if len(r.Needs) > 0 {
		fmt.Fprintf(b, "  needs     %s\n", needs(r))
	}
	if r.EffectiveOn != "" {
		fmt.Fprintf(b, "  in force  from %s, a warning before\n", r.EffectiveOn)
	}
	if len(r.Frameworks) > 0 {
		fmt.Fprintf(b, "  maps to   %s\n", strings.Join(r.Frameworks, ", "))
	}
	section(b, "Why", wrap(r.Description))
	section(b, "What to do", wrap(r.Remediation))
	explainParams(b, r)
	for _, e := range r.Examples {
		title := "Good: " + e.File
		if e.Bad {
			title = "Bad: " + e.File
		}
		section(b, title, e.Text)
	}
	explainLinks(b, r)
}

func needs(r finding.Rule) string {
	texts := make([]string, len(r.Needs))
	for i, need := range r.Needs {
		texts[i] = policy.NeedText(need)
	}
	return strings.Join(texts, ", ")
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none (switch it on by its id)"
	}
	return strings.Join(list, ", ")
}

// textWidth is where explanations are broken into lines.
const textWidth = 86

// wrap breaks a text into lines between its words.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
		case column+1+len(word) > textWidth:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// section writes a headed, indented text.
func section(b *strings.Builder, title, text string) {
	fmt.Fprintf(b, "\n%s\n", title)
	indented(b, "  ", text)
}

func indented(b *strings.Builder, indent, text string) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

func explainParams(b *strings.Builder, r finding.Rule) {
	if len(r.Params) == 0 {
		return
	}
	b.WriteString("\nParameters\n")
	for _, p := range r.Params {
		value := p.Default
		if effective, ok := r.Values[p.Name]; ok {
			value = effective
		}
		text, err := json.Marshal(value)
		if err != nil {
			text = []byte("?")
		}
		fmt.Fprintf(b, "  %s (%s)\n", p.Name, p.Type)
		indented(b, "    ", wrap(p.Description))
		indented(b, "    ", wrap("Value: "+strings.ReplaceAll(string(text), `","`, `", "`)))
	}
}

func explainLinks(b *strings.Builder, r finding.Rule) {
	if len(r.Related) == 0 {
		return
	}
	b.WriteString("\nMore\n")
	for _, link := range r.Related {
		fmt.Fprintf(b, "  %s\n", link.URL)
	}
}
