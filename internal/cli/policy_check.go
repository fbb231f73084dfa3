package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyCheckHelp = `Check proves rules and their unit tests as guard check does before it uses
them: METADATA, names, schemas, builtins, parameters, references, types. Every
problem is told with its line and, where a name is wrong, the nearest right one.

Exit codes:
  0  nothing is wrong
  1  something is wrong with the rules
  2  the call is wrong
  3  guard could not look, or there are no rules`

func newPolicyCheck(w *World) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Say what is wrong with rules",
		Long:  policyCheckHelp,
		Example: `  guard policy check policy
  guard policy check policy -o json`,
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return unknownName("format", format, []string{"text", "json"})
			}
			library, err := openLibrary(cmd, w, args)
			if err != nil {
				return err
			}
			return checkPolicy(cmd, w, format, library)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

func checkPolicy(cmd *cobra.Command, w *World, format string, library *authoring.Library) error {
	looked, err := library.Check(cmd.Context())
	var problems policy.Errors
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	if err := writeProblems(w.Out, format, looked, problems); err != nil {
		return err
	}
	if len(problems) > 0 {
		return exit(exitDenied)
	}
	return nil
}

// problem is what is wrong with a rule, for machines.
type problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // 0 where unknown
	Column  int    `json:"column"` // 0 where unknown
	Message string `json:"message"`
	Excerpt string `json:"excerpt"`
}

func writeProblems(w io.Writer, format string, looked policy.CheckReport, problems policy.Errors) error {
	if format == "json" {
		list := []problem{}
		for _, p := range problems {
			list = append(list, problem{report.Clean(p.File), p.Line, p.Column, report.CleanLines(p.Message), report.CleanLines(p.Excerpt())})
		}
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(map[string]any{"problems": list, "files": looked.Files, "rules": looked.Rules})
	}
	text := fmt.Sprintf("%s in %s: nothing is wrong", counted(looked.Rules, "rule"), counted(looked.Files, "file"))
	if len(problems) > 0 {
		text = problems.Error() + "\n\n" + counted(len(problems), "problem")
	}
	_, err := io.WriteString(w, report.CleanLines(strings.TrimRight(text, "\n"))+"\n")
	return err
}
