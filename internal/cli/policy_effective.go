package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyEffectiveHelp = `Effective prints every rule that holds here, and where each of its values comes
from: guard's own library, a profile, a bundle, the configuration, a flag or a
variable, with file and line.

A bundle with a layer (guard.yaml beside its rules) demands what it says of all
who use it. What it says can be tightened below it, and not weakened but where it
allows that; "held" says so.`

func newPolicyEffective(w *World) *cobra.Command {
	var shared configFlags
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "effective [TEXT...]",
		Short: "Show which rules hold, and where their values come from",
		Long:  policyEffectiveHelp,
		Example: `  guard policy effective
  guard policy effective image/tag-latest
  guard policy effective --profile strict -o json
  guard policy effective --all`,
		ValidArgsFunction: ruleCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usagef(cmd, "unknown format %q, expected text or json", format)
			}
			s, err := shared.setup(cmd, w)
			if err != nil {
				return err
			}
			rules := slices.DeleteFunc(s.evaluator.Effective(), func(r policy.Effective) bool {
				return r.Action == finding.Off && !all && len(args) == 0 ||
					len(args) > 0 && !slices.ContainsFunc(args, func(text string) bool { return matchesRule(r.Rule, text) })
			})
			if format == "json" {
				out := json.NewEncoder(w.Out)
				out.SetIndent("", "  ")
				return out.Encode(effectiveJSON(s, rules))
			}
			return writeEffective(w.Out, s, rules)
		},
	}
	shared.add(cmd, w)
	flags := cmd.Flags()
	flags.StringVar(&shared.effective, "effective-time", "", "the `time` that decides which rules are in force: 2027-01-15 or 2027-01-15T12:00:00Z; by default now")
	flags.StringVarP(&format, "output", "o", "text", "`format`: text or json")
	flags.BoolVar(&all, "all", false, "the rules that are off, too")
	flags.BoolVar(&shared.registry, "registry", false, "as if registries were asked, as guard check --registry does")
	completeFixed(cmd, "effective-time")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

// writeEffective writes a block for each rule.
func writeEffective(out io.Writer, s *setup, rules []policy.Effective) error {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s\n", r.ID)
		line := func(name, value, from string) {
			fmt.Fprintf(&b, "  %-9s %s\n            from %s\n", name, report.Clean(value), report.Clean(from))
		}
		line("action", actionText(s, r), r.ActionFrom.String())
		line("severity", r.Severity.String(), r.SeverityFrom.String())
		if r.EffectiveOn != "" {
			line("in force", "from "+r.EffectiveOn, r.EffectiveOnFrom.String())
		}
		for _, name := range slices.Sorted(maps.Keys(r.ValuesFrom)) {
			line("param", name+" = "+valueText(r.Values[name]), r.ValuesFrom[name].String())
		}
		if r.Held != nil {
			line("held", heldText(r.Held), r.Held.By)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func actionText(s *setup, r policy.Effective) string {
	action, from := s.evaluator.Act(r.ID, r.Action)
	if from == "" {
		return action.String()
	}
	return fmt.Sprintf("%s, %s from %s", action, r.Action, from)
}

func heldText(h *policy.Held) string {
	text := "at least " + h.Action.String()
	if h.Change {
		text = "may be changed"
	}
	if h.Waive {
		return text + ", may be waived"
	}
	return text + ", may not be waived"
}

// effectiveReport is what guard policy effective -o json writes.
type effectiveReport struct {
	Version  int             `json:"version"` // always 1
	Policies string          `json:"policies"`
	Layers   []string        `json:"layers"` // bundles that demand something, the highest first
	Rules    []effectiveRule `json:"rules"`
}

type effectiveRule struct {
	ID         string                    `json:"id"`
	Action     effectiveValue            `json:"action"` // as configured
	DeniedFrom string                    `json:"denied_from,omitempty"`
	Severity   effectiveValue            `json:"severity"`
	InForce    *effectiveValue           `json:"effective_on,omitempty"`
	Params     map[string]effectiveValue `json:"params"`
	Held       *effectiveHeld            `json:"held,omitempty"`
}

type effectiveValue struct {
	Value any    `json:"value"`
	From  string `json:"from"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
}

type effectiveHeld struct {
	By     string         `json:"by"`
	Action finding.Action `json:"action"` // the least
	Change bool           `json:"change"`
	Waive  bool           `json:"waive"`
}

func effectiveJSON(s *setup, rules []policy.Effective) effectiveReport {
	out := effectiveReport{Version: 1, Policies: s.evaluator.Digest(), Layers: append([]string{}, s.evaluator.Layers()...), Rules: []effectiveRule{}}
	of := func(value any, from policy.Origin) effectiveValue {
		return effectiveValue{value, from.From, from.File, from.Line}
	}
	for _, r := range rules {
		e := effectiveRule{ID: r.ID, Action: of(r.Action, r.ActionFrom), Severity: of(r.Severity, r.SeverityFrom), Params: map[string]effectiveValue{}}
		_, e.DeniedFrom = s.evaluator.Act(r.ID, r.Action)
		if r.EffectiveOn != "" {
			from := of(r.EffectiveOn, r.EffectiveOnFrom)
			e.InForce = &from
		}
		for name, from := range r.ValuesFrom {
			e.Params[name] = of(r.Values[name], from)
		}
		if h := r.Held; h != nil {
			e.Held = &effectiveHeld{h.By, h.Action, h.Change, h.Waive}
		}
		out.Rules = append(out.Rules, e)
	}
	return out
}

func valueText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
