package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/finding"
	"guard/internal/framework"
	"guard/internal/report"
)

var reportHelp = `Report says of every control of a framework whether it is kept, by the rules that
map to it. It checks files as guard check does, or takes a report that guard check
has written as JSON: one that asked registries knows more.

  kept         every rule that maps to it looked at something, and found nothing
  broken       one of them found something; what is waived counts, too
  unknown      not all could look, or their parameters ask for something else than
               the control: the reason is given
  not-covered  no rule maps to it

Kept means what its rules look at, and no more: a control may ask for things that
no file shows. Frameworks: ` + strings.Join(framework.Names(), ", ") + `.

Exit codes:
  0  the report is written, whatever it says
  2  the call or the configuration is wrong
  3  guard could not look`

func newReport(w *World) *cobra.Command {
	var shared configFlags
	var name string
	var outputs []string
	cmd := &cobra.Command{
		Use:   "report --framework NAME [PATH...|REPORT.json]",
		Short: "Say which controls of a framework are kept",
		Long:  reportHelp,
		Example: `  guard report --framework owasp-cicd-sec
  guard report --framework pss --profile pss-restricted k8s/
  guard report --framework cis -o markdown -o html=cis.html
  guard check --registry -o json=guard.json; guard report --framework ssdf guard.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, known := framework.Find(name)
			switch {
			case name == "":
				return usagef(cmd, "expected --framework, one of %s", strings.Join(framework.Names(), ", "))
			case !known:
				return unknownName("framework", name, framework.Names())
			}
			out, err := newOutputs(cmd, w, report.SheetFormats(), outputs, "never", false)
			if err != nil {
				return err
			}
			s, err := shared.setup(cmd, w)
			if err != nil {
				return err
			}
			r, err := reportOn(cmd, w, s, args)
			if err != nil {
				return err
			}
			all := f.Assess(reportedRules(s, r), r)
			return out.sheets(func(to io.Writer, format report.Format) error { return frameworkFormats[format.Name](to, f, all) })
		},
	}
	shared.add(cmd, w)
	cmd.Flags().StringVar(&name, "framework", "", "`name` of the framework: "+strings.Join(framework.Names(), ", "))
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, "write `FORMAT[=PATH]`; may be repeated. One of "+formatNames(report.SheetFormats()))
	completeFixed(cmd, "framework", framework.Names()...)
	completeFormats(cmd, report.SheetFormats())
	return cmd
}

// reportedRules are the rules with the parameters that a report was made with;
// without any where other policies have made it.
func reportedRules(s *setup, r *finding.Report) []finding.Rule {
	rules := s.evaluator.Rules()
	if r.Tool.Policies != s.evaluator.Digest() {
		for i := range rules {
			rules[i].Values = nil
		}
	}
	return rules
}

// reportOn checks files, or reads the one report that is named.
func reportOn(cmd *cobra.Command, w *World, s *setup, args []string) (*finding.Report, error) {
	if len(args) == 1 {
		if r, err := readReport(w, args[0]); r != nil || err != nil {
			return r, err
		}
	}
	options, err := checkOptions(w, checkFlags{}, s, args)
	if err != nil {
		return nil, err
	}
	bar := newProgress(w)
	options.Progress = bar.files
	outcome, err := check.Run(cmd.Context(), options)
	bar.clear()
	if err != nil {
		return nil, err
	}
	if outcome.Report.Summary.Files == 0 {
		return nil, fmt.Errorf("nothing to check in %s (%s)", strings.Join(options.Paths, ", "), ignoredText(outcome.Ignored))
	}
	return outcome.Report, nil
}

// maxReport bounds a report that is read, in bytes.
const maxReport = 100 << 20

// readReport reads a report of guard check; nil where the file is something else,
// such as a manifest.
func readReport(w *World, name string) (*finding.Report, error) {
	file := name
	if !filepath.IsAbs(file) {
		file = filepath.Join(w.Dir, name)
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() || !strings.HasSuffix(name, ".json") {
		return nil, nil // what is wrong with a path, the check says
	}
	if err != nil {
		return nil, err
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxReport {
		return nil, &usageError{message: fmt.Sprintf("%s: larger than %d MiB", name, maxReport>>20)}
	}
	return decodeReport(name, data)
}

func decodeReport(name string, data []byte) (*finding.Report, error) {
	var head struct {
		Tool struct{ Name string }
	}
	if json.Unmarshal(data, &head) != nil || head.Tool.Name != "guard" {
		return nil, nil
	}
	var r finding.Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s: not a report of guard check: %v", name, err)}
	}
	if r.Version != 1 {
		return nil, &usageError{message: fmt.Sprintf("%s: version: expected 1, found %d", name, r.Version)}
	}
	if r.Findings == nil || r.Evaluated == nil {
		return nil, &usageError{message: fmt.Sprintf("%s: it does not say which rules were evaluated; guard check -o json of this version does, without --diff", name)}
	}
	return &r, nil
}
