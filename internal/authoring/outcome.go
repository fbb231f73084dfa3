package authoring

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/policy"
)

// Outcome is what the unit tests and examples of a library have shown.
type Outcome struct {
	Cases    []Case   `json:"cases"`
	Untested []string `json:"untested"` // rules that have neither a unit test nor an example
	Coverage Coverage `json:"coverage"`
	Failed   int      `json:"failed"` // cases

	Mutation *Mutation `json:"mutation,omitempty"` // nil: no mutants were tried
}

// Passed tells whether nothing failed, and no rule is without any test.
func (o *Outcome) Passed() bool { return o.Failed+len(o.Untested) == 0 }

// Case is one unit test, or one example file.
type Case struct {
	Rule     string    `json:"rule"` // the id, or lib/<name>
	Name     string    `json:"name"` // test_deny_…, or bad/web.yaml
	File     string    `json:"file"`
	Line     int       `json:"line"` // 0 for a whole file
	Passed   bool      `json:"passed"`
	Millis   int64     `json:"milliseconds"`
	Problems []Problem `json:"problems"`
	Output   string    `json:"output"` // what it printed
}

// Problem is why a case failed.
type Problem struct {
	File       string   `json:"file"`
	Line       int      `json:"line"`   // 0 where unknown
	Column     int      `json:"column"` // 0 where unknown
	Message    string   `json:"message"`
	Excerpt    string   `json:"excerpt"`              // the line, and a caret below the place
	Got        string   `json:"got,omitempty"`        // of two values that differ
	Want       string   `json:"want,omitempty"`       // the other one
	Missing    []string `json:"missing,omitempty"`    // what was expected of a set and is not there
	Unexpected []string `json:"unexpected,omitempty"` // what is there
	Values     []string `json:"values,omitempty"`     // of the variables in the expression that failed
}

// Coverage is how much of the rules the unit tests reach.
type Coverage struct {
	Lines     int      `json:"lines"`
	Uncovered []string `json:"uncovered"` // file:line
}

// Percent is the part of the lines that tests reach, rounded down, so that 100
// is all of them.
func (c Coverage) Percent() int {
	if c.Lines == 0 {
		return 100
	}
	return (c.Lines - len(c.Uncovered)) * 100 / c.Lines
}

// TestOptions says which tests and examples run. The zero value runs all.
type TestOptions struct {
	Run *regexp.Regexp // only those of which <rule>/<name> matches; nil: all
}

func (o TestOptions) wants(rule, name string) bool {
	return o.Run == nil || o.Run.MatchString(rule+"/"+name)
}

// Test runs the unit tests of the rules, and compares what the rules find in
// their examples with what these say. Its error is [policy.Errors] where the
// rules do not load, and [EmptyError] where there are none.
func (l *Library) Test(ctx context.Context, o TestOptions) (*Outcome, error) {
	report, err := policy.RunTests(ctx, l.Sources, policy.TestOptions{Run: o.Run})
	if err != nil {
		return nil, err
	}
	if len(report.Rules) == 0 {
		return nil, &EmptyError{l.Name}
	}
	outcome := &Outcome{Cases: []Case{}, Coverage: coverage(report)}
	for _, result := range report.Tests {
		outcome.Cases = append(outcome.Cases, unitCase(result))
	}
	examples, err := l.examples(ctx, report.Rules, o)
	if err != nil {
		return nil, err
	}
	outcome.Cases = append(outcome.Cases, examples...)
	outcome.sum(report.Rules, o)
	return outcome, nil
}

func coverage(report *policy.TestReport) Coverage {
	c := Coverage{Lines: report.Lines, Uncovered: []string{}}
	for _, place := range report.Uncovered {
		c.Uncovered = append(c.Uncovered, finding.Location{File: place.File, Line: place.Line}.String())
	}
	return c
}

// sum counts what failed, and finds the rules that nothing tests.
func (o *Outcome) sum(rules []string, options TestOptions) {
	o.Untested = []string{}
	slices.SortStableFunc(o.Cases, func(a, b Case) int { return strings.Compare(a.Rule, b.Rule) })
	for i := range o.Cases {
		if c := &o.Cases[i]; !c.Passed {
			o.Failed++
		} else {
			c.Problems = []Problem{}
		}
	}
	for _, id := range rules {
		if options.Run == nil && !slices.ContainsFunc(o.Cases, func(c Case) bool { return c.Rule == id }) {
			o.Untested = append(o.Untested, id)
		}
	}
}

func unitCase(result policy.TestResult) Case {
	c := Case{
		Rule: result.Rule, Name: result.Name, File: result.Place.File, Line: result.Place.Line,
		Passed: result.Passed, Millis: result.Took.Milliseconds(), Output: result.Output,
	}
	switch {
	case result.Err != nil:
		c.Problems = []Problem{errorProblem(c, result)}
	case !result.Passed:
		c.Problems = []Problem{unitProblem(c, result.Failure)}
	}
	return c
}

func errorProblem(c Case, result policy.TestResult) Problem {
	p := Problem{File: c.File, Line: c.Line, Message: policy.ErrorText(result.Err)}
	if f := result.Failure; f != nil {
		p.File, p.Line, p.Column, p.Excerpt = f.Place.File, f.Place.Line, f.Place.Column, f.Excerpt()
	}
	return p
}

func unitProblem(c Case, f *policy.Failure) Problem {
	if f == nil {
		return Problem{File: c.File, Line: c.Line, Message: "it is not true"}
	}
	p := Problem{
		File: f.Place.File, Line: f.Place.Line, Column: f.Place.Column, Excerpt: f.Excerpt(),
		Got: f.Got, Want: f.Want, Missing: f.Missing, Unexpected: f.Unexpected, Values: f.Values,
	}
	switch {
	case len(f.Missing)+len(f.Unexpected) > 0:
		p.Message = "the sets differ"
	case f.Got != "":
		p.Message = "the values differ"
	default:
		p.Message = "this is not true"
	}
	return p
}

func elapsed(start time.Time) int64 { return time.Since(start).Milliseconds() }
