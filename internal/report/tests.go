package report

import "io"

// Test is the outcome of one test of rules.
type Test struct {
	Suite   string // the rule
	Name    string
	File    string
	Line    int    // 0 where it is about the whole file
	Failure string // why it failed, in a sentence; "" where it passed
	Text    string // the same at length
	Output  string // what it printed
}

// WriteTests writes the outcome of tests in the format of JUnit, a suite for
// each rule, in the order of the tests.
func WriteTests(w io.Writer, name string, tests []Test) error {
	all := junitSuites{Name: Clean(name)}
	for i := 0; i < len(tests); {
		suite, cases := tests[i].Suite, []junitCase{}
		for ; i < len(tests) && tests[i].Suite == suite; i++ {
			cases = append(cases, tests[i].junit())
		}
		all.Suites = append(all.Suites, newSuite(Clean(suite), cases))
	}
	for _, s := range all.Suites {
		all.Tests, all.Failures = all.Tests+s.Tests, all.Failures+s.Failures
	}
	return encodeXML(w, all)
}

func (t Test) junit() junitCase {
	c := junitCase{Name: Clean(t.Name), Class: Clean(t.Suite), File: Clean(t.File), Line: t.Line, Output: CleanLines(t.Output)}
	if t.Failure != "" {
		c.Failure = &junitFailure{Message: Clean(t.Failure), Type: "failure", Text: CleanLines(t.Text)}
	}
	return c
}
