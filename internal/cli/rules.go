package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"guard/internal/finding"
)

const rulesHelp = `Rules lists the rules with their severity and what is done about their findings
under the configuration that holds here. Without an argument all rules are
listed; an argument is a rule, a category such as image, or a part of a title.`

const rulesExample = `  guard rules
  guard rules image
  guard rules --active -o json
  guard rules --profile strict --active`

func newRules(w *World) *cobra.Command {
	var shared configFlags
	var format string
	var active bool
	cmd := &cobra.Command{
		Use:               "rules [TEXT...]",
		Short:             "List the rules",
		Long:              rulesHelp,
		Example:           rulesExample,
		ValidArgsFunction: ruleCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := shared.setup(cmd, w)
			if err != nil {
				return err
			}
			return writeRules(cmd, w, format, selectRules(s.evaluator.Rules(), args, active))
		},
	}
	shared.add(cmd, w)
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	cmd.Flags().BoolVar(&active, "active", false, "only the rules that are on")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func selectRules(rules []finding.Rule, wanted []string, active bool) []finding.Rule {
	kept := []finding.Rule{}
	for _, r := range rules {
		if (!active || r.Action != finding.Off) && (len(wanted) == 0 || slices.ContainsFunc(wanted, func(text string) bool { return matchesRule(r, text) })) {
			kept = append(kept, r)
		}
	}
	return kept
}

func matchesRule(r finding.Rule, text string) bool {
	return r.ID == text || r.Category() == text || strings.Contains(strings.ToLower(r.ID+" "+r.Title), strings.ToLower(text))
}

func writeRules(cmd *cobra.Command, w *World, format string, rules []finding.Rule) error {
	switch format {
	case "json":
		out := json.NewEncoder(w.Out)
		out.SetIndent("", "  ")
		return out.Encode(rules)
	case "text":
		return tabulate(w, rules)
	}
	return usagef(cmd, "unknown format %q, expected text or json", format)
}

func tabulate(w *World, rules []finding.Rule) error {
	table := tabwriter.NewWriter(w.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tACTION\tTITLE")
	for _, r := range rules {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.ID, r.Severity, r.Action, r.Title)
	}
	return table.Flush()
}
