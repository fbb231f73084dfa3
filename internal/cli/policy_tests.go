package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
	"guard/internal/report"
)

const policyTestHelp = `Test runs the unit tests of rules, and compares what the rules find in their
example files with what stands in these: # want <category>/<name> "regexp" on
the offending line, # want-next above it, or <line> <id> "regexp" in <file>.want.

Rules and tests go through the loader of guard check. Tests start from the text
of real files: guard.parse(kind, text), guard.parse_file(path, text),
guard.parse_file_with(path, text, settings) and
guard.parse_with_facts(kind, text, facts) give the input that rules see.

--mutate drops or negates a condition, swaps a field for another of its type,
leaves an element of a list or parameter out, or adds every text of the tests' input to
it, one change at a time. What no unit test of the rule notices is a case that
nobody has shown.

Exit codes:
  0  everything passed
  1  something failed, a rule has neither unit tests nor examples, or no unit
     test notices a mutant
  2  the call is wrong, or the rules do not load
  3  guard could not look, or there are no rules`

// testFlags are the flags of guard policy test.
type testFlags struct {
	format   string
	run      string
	coverage bool
	mutate   bool
	watch    bool
}

var testFormats = []string{"text", "json", "junit"}

func newPolicyTest(w *World) *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the unit tests and examples of rules",
		Long:  policyTestHelp,
		Example: `  guard policy test policy
  guard policy test policy --coverage
  guard policy test policy --run image/my-rule
  guard policy test policy --mutate
  guard policy test policy --watch
  guard policy test policy -o junit > rules.xml`,
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := f.options(cmd)
			if err != nil {
				return err
			}
			library, err := openLibrary(cmd, w, args)
			if err != nil {
				return err
			}
			if f.watch {
				return f.watchTests(cmd, w, library, options)
			}
			return f.test(cmd, w, library, options)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.format, "output", "o", "text", "`format`: "+strings.Join(testFormats, ", "))
	flags.StringVar(&f.run, "run", "", "only tests and examples of which <category>/<name>/<test or file> matches the `regexp`")
	flags.BoolVar(&f.coverage, "coverage", false, "also list the lines that no unit test reaches")
	flags.BoolVar(&f.mutate, "mutate", false, "where all passes, change the rules in one place at a time and list what no unit test notices")
	flags.BoolVar(&f.watch, "watch", false, "run again whenever a file changes, until a signal")
	completeFixed(cmd, "output", testFormats...)
	return cmd
}

func (f *testFlags) options(cmd *cobra.Command) (o authoring.TestOptions, err error) {
	if !strings.Contains(" "+strings.Join(testFormats, " ")+" ", " "+f.format+" ") {
		return o, unknownName("format", f.format, testFormats)
	}
	if f.watch && f.format != "text" {
		return o, usagef(cmd, "--watch writes text, not %s", f.format)
	}
	if f.run == "" {
		return o, nil
	}
	if o.Run, err = regexp.Compile(f.run); err != nil {
		return o, usagef(cmd, "--run: %v", err)
	}
	return o, nil
}

func (f *testFlags) test(cmd *cobra.Command, w *World, library *authoring.Library, o authoring.TestOptions) error {
	outcome, err := library.Test(cmd.Context(), o)
	if err != nil {
		return err
	}
	if f.mutate && outcome.Passed() {
		if outcome.Mutation, err = library.Mutate(cmd.Context(), o); err != nil {
			return err
		}
	}
	if err := f.write(w.Out, outcome); err != nil {
		return err
	}
	switch {
	case !outcome.Passed() || outcome.Mutation != nil && !outcome.Mutation.Whole():
		return exit(exitDenied)
	case len(outcome.Cases) == 0:
		return fmt.Errorf("nothing matches --run %s", f.run)
	}
	return nil
}

func (f *testFlags) write(w io.Writer, o *authoring.Outcome) error {
	switch f.format {
	case "json":
		cleanOutcome(o)
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(o)
	case "junit":
		return report.WriteTests(w, "guard policy test", junitTests(o))
	}
	var b strings.Builder
	writeTests(&b, o, f.coverage)
	_, err := io.WriteString(w, report.CleanLines(strings.TrimRight(b.String(), "\n"))+"\n")
	return err
}

func junitTests(o *authoring.Outcome) []report.Test {
	var tests []report.Test
	for _, c := range o.Cases {
		t := report.Test{Suite: c.Rule, Name: c.Name, File: c.File, Line: c.Line, Output: c.Output}
		if !c.Passed {
			first := c.Problems[0]
			t.Failure = placeOf(first) + ": " + first.Message
			var b strings.Builder
			writeProblem(&b, c.Problems)
			t.Text = b.String()
		}
		tests = append(tests, t)
	}
	for _, id := range o.Untested {
		tests = append(tests, report.Test{Suite: id, Name: "is tested", Failure: untested, Text: untested})
	}
	if o.Mutation != nil {
		tests = append(tests, mutantTests(o.Mutation)...)
	}
	return tests
}

// mutantTests are the changes that no unit test notices.
func mutantTests(m *authoring.Mutation) []report.Test {
	var tests []report.Test
	for _, p := range m.Unnoticed {
		tests = append(tests, report.Test{Suite: "mutants", Name: placeOf(p), File: p.File, Line: p.Line, Failure: p.Message, Text: p.Message + "\n" + p.Excerpt})
	}
	for _, id := range m.Untested {
		tests = append(tests, report.Test{Suite: "mutants", Name: id, Failure: unnoticing})
	}
	if m.Left > 0 {
		tests = append(tests, report.Test{Suite: "mutants", Name: "all are tried", Failure: counted(m.Left, "mutant") + " not tried"})
	}
	return tests
}
