package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/report"
)

const evalHelp = `Eval evaluates one rule on one file, and says why it fires or does not: where
every definition of deny got furthest, and what stood there. --trace shows each
expression with the values in it; the one that failed is marked with ✗.
--show-input shows what the rule saw, as JSON. Secrets are redacted.

The rule may be guard's or one of a directory that the configuration names.

Exit codes:
  0  the rule does not fire
  1  the rule fires
  2  the call or the configuration is wrong
  3  guard could not look, or nothing in the file is what the rule reads`

// evalFlags are the flags of guard eval.
type evalFlags struct {
	shared    configFlags
	rule      string
	showInput bool
	trace     bool
}

func newEval(w *World) *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval FILE --rule ID",
		Short: "Say why a rule fires on a file, or does not",
		Long:  evalHelp,
		Example: `  guard eval k8s/web.yaml --rule image/tag-latest
  guard eval k8s/web.yaml --rule image/tag-latest --trace
  guard eval Dockerfile --rule image/my-rule --show-input`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "-":
				return usagef(cmd, "expected one file")
			case f.rule == "":
				return usagef(cmd, "expected --rule ID; guard rules lists them")
			}
			return f.eval(cmd, w, args[0])
		},
	}
	f.shared.addFile(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.rule, "rule", "", "the `id` of the rule")
	flags.BoolVar(&f.showInput, "show-input", false, "show what the rule saw")
	flags.BoolVar(&f.trace, "trace", false, "show every expression with its values")
	completeRules(cmd, "rule")
	return cmd
}

func (f *evalFlags) eval(cmd *cobra.Command, w *World, file string) error {
	s, err := f.shared.setup(cmd, w)
	if err != nil {
		return err
	}
	rule, err := findRule(s.evaluator.Rules(), f.rule)
	if err != nil {
		return err
	}
	documents, err := s.documents(cmd.Context(), file)
	if err != nil {
		return err
	}
	kinds := policy.KindsOf(rule)
	read := slices.DeleteFunc(slices.Clone(documents), func(d *document.Document) bool { return !slices.Contains(kinds, d.Kind) })
	if len(read) == 0 {
		return fmt.Errorf("%s: %s reads documents of kind %s, and %s", file, rule.ID, kindList(kinds), holdsText(documents))
	}
	var b strings.Builder
	fired, err := f.explainAll(cmd.Context(), &b, s, rule, read)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w.Out, report.CleanLines(b.String())); err != nil {
		return err
	}
	if fired {
		return exit(exitDenied)
	}
	return nil
}

func kindList(kinds []document.Kind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

func holdsText(documents []*document.Document) string {
	var kinds []document.Kind
	for _, d := range documents {
		if !slices.Contains(kinds, d.Kind) {
			kinds = append(kinds, d.Kind)
		}
	}
	if len(kinds) == 0 {
		return "the file holds none"
	}
	return "the file holds " + kindList(kinds)
}

// documents reads a file as guard check does, with all that the other files of
// the repository say of it.
func (s *setup) documents(ctx context.Context, file string) ([]*document.Document, error) {
	info, err := os.Stat(s.absolute(file))
	switch {
	case err != nil:
		return nil, &usageError{message: fmt.Sprintf("%s: %v", file, cause(err))}
	case !info.Mode().IsRegular():
		return nil, &usageError{message: file + ": not a regular file"}
	}
	options, err := checkOptions(s.world, checkFlags{}, s, []string{file})
	if err != nil {
		return nil, err
	}
	var learn []string
	if s.repo != nil {
		learn = []string{s.root}
	}
	var documents []*document.Document
	unread, err := check.Visit(ctx, options, learn, func(v check.Visited) error {
		documents = append(documents, v.Documents...)
		return nil
	})
	if err != nil || len(documents) > 0 {
		return documents, err
	}
	for _, i := range unread {
		if name, _, _ := s.inside(file); name == i.File {
			return nil, fmt.Errorf("%s: %s", file, i.Reason)
		}
	}
	return s.plainText(file)
}

// plainText reads a file that holds no more than text.
func (s *setup) plainText(file string) ([]*document.Document, error) {
	name, _, err := s.inside(file)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Clean(s.absolute(file)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPlainText+1))
	if err == nil && len(data) > maxPlainText {
		err = fmt.Errorf("%s: more than %d bytes", file, maxPlainText)
	}
	if err != nil {
		return nil, err
	}
	return document.Load(name, data, policy.Reading(s.config, s.branches...)), nil
}

// maxPlainText bounds a file that is explained as text.
const maxPlainText = 10 << 20

func (f *evalFlags) explainAll(ctx context.Context, b *strings.Builder, s *setup, rule finding.Rule, documents []*document.Document) (fired bool, err error) {
	for i, doc := range documents {
		explanation, err := s.evaluator.Explain(ctx, doc, rule.ID)
		if err != nil {
			return fired, err
		}
		fired = fired || len(explanation.Results) > 0
		if i > 0 {
			b.WriteString("\n")
		}
		writeOutcome(b, rule, doc, explanation)
		if f.trace {
			writeSteps(b, explanation)
		}
		if f.showInput {
			input, err := s.evaluator.Input(doc)
			if err != nil {
				return fired, err
			}
			section(b, "What it saw", string(input))
		}
	}
	return fired, nil
}
