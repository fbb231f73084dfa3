package policies_test

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// alwaysKnown names the rules about pipelines whose question the file itself
// always answers, and why.
var alwaysKnown = map[string]string{
	"pipeline/action-unpinned":    "what is used stands in the file; no expression is taken there",
	"pipeline/deprecated-command": "the command is looked for in the text, whatever language that is in",
	"secret/env-literal":          "a value is written out or it is not",
	"secret/inherited":            "which secrets are handed over stands in the file",
}

// untold names the rules that say nothing where the answer is not known, and
// of which nothing is listed as incomplete either, and why.
var untold = map[string]string{
	"build/dead-tag-rule":       "a rule that may fire does what it is there for",
	"build/labels-missing":      "only the strict profile asks, and few builds name all their labels in the file",
	"build/provenance-missing":  "only the strict profile asks, and what pushes may attach it by a setting of its own",
	"build/secret-in-build-arg": "every build argument that is not written out would be one",

	"deploy/approval-self-review":      "deploy/approval-gate-unproven reports settings that were not read",
	"deploy/canary-check-ineffective":  "a script of one's own that judges a canary may stop the rollout",
	"deploy/credentials-missing":       "a machine or an action may nearly always bring the access along",
	"deploy/environment-branch-policy": "deploy/approval-gate-unproven reports settings that were not read",
	"deploy/manual-gate-not-blocking":  "a job that is held back in some runs only is a gate in those",
	"deploy/manual-gate-open-to-all":   "deploy/approval-gate-unproven reports settings that were not read",
	"deploy/rollout-target-mismatch":   "names that are not written out may be the same",
	"deploy/rollout-timeout-missing":   "a limit that is not written out is one",

	"pipeline/coverage-missing":  "only those who ask for it are told, and what is not seen into may measure it",
	"pipeline/dangerous-trigger": "where a ref comes from that a step or a setting gives is not followed",
	"pipeline/script-injection":  "of what is not written out nearly nothing is a stranger's",
	"pipeline/timeout-missing":   "a limit that is not written out is one",
	"pipeline/unlocked-install":  "only those who ask for it are told, and a list that is not read may be a lock",

	"secret/inline-in-script":    "a variable that the file does not call a secret may be none",
	"secret/outside-environment": "an environment that is not written out is one",
}

// unknownComment is # unknown "regexp" at the end of the line at which
// something is said not to be known, or # unknown-next "regexp" above it.
var unknownComment = regexp.MustCompile(`#\s*unknown(-next)?\s+("(?:[^"\\]|\\.)*")`)

// asksAnswers tells whether a rule must be shown in all three answers: it reads
// what an analysis has found out, which may be nothing.
func asksAnswers(r finding.Rule) bool {
	return len(r.Needs) > 0 || slices.Contains([]string{"build", "deploy", "pipeline", "gitops", "secret"}, category(r)) &&
		(readsPipelines(r) || slices.Contains(r.Kinds, string(document.KindGitOps)))
}

func readsPipelines(r finding.Rule) bool {
	return slices.Contains(r.Kinds, string(document.KindPipeline))
}

func category(r finding.Rule) string {
	name, _, _ := strings.Cut(r.ID, "/")
	return name
}

// answers is what a rule is shown by: its examples, and the exemptions.
type answers struct {
	evaluator   *policy.Evaluator
	examples    fs.FS
	id          string
	alwaysKnown string // why nothing can be unknown; "" where something can
	untold      string // why nothing is said where it is
}

// checkAnswers wants a rule to be shown in all three answers. The examples
// under bad are those that are proved; of those under good one must be
// refuted for certain, with nothing in it that is not known; those under
// unknown must be silent, and say what is not known.
func checkAnswers(t *testing.T, a answers) []string {
	t.Helper()
	unknown := exampleFiles(t, a.examples, path.Join(a.id, "unknown"))
	problems := a.refuted(t)
	switch {
	case a.alwaysKnown != "" && len(unknown) > 0:
		return append(problems, "it has examples of what is unknown, and is exempt: "+a.alwaysKnown)
	case a.alwaysKnown == "" && len(unknown) == 0:
		return append(problems, "testdata/rules/"+a.id+"/unknown holds no example")
	}
	marks := 0
	for _, file := range unknown {
		marked, found := a.unknown(t, file)
		marks, problems = marks+marked, append(problems, found...)
	}
	switch {
	case a.untold != "" && marks > 0:
		problems = append(problems, "what is unknown is said, and it is exempt from that: "+a.untold)
	case a.untold == "" && a.alwaysKnown == "" && marks == 0:
		problems = append(problems, "nothing in testdata/rules/"+a.id+"/unknown is marked with # unknown")
	}
	return problems
}

// refuted wants a good example about which everything is known.
func (a answers) refuted(t *testing.T) []string {
	t.Helper()
	var reasons []string
	dir := path.Join(a.id, "good")
	for _, file := range exampleFiles(t, a.examples, dir) {
		open := openQuestions(t, a.examples, dir, file)
		if len(open) == 0 {
			return nil
		}
		reasons = append(reasons, file+": "+open[0])
	}
	return []string{"no good example is known whole: " + strings.Join(reasons, "; ")}
}

// openQuestions lists what is not known of the documents that the rule is about.
func openQuestions(t *testing.T, examples fs.FS, dir, file string) []string {
	t.Helper()
	var open []string
	for _, doc := range loadExample(t, examples, dir, file) {
		for _, p := range slices.Concat(doc.Incomplete, doc.Unparsable) {
			open = append(open, p.Message)
		}
	}
	return open
}

func loadExample(t *testing.T, examples fs.FS, dir, file string) []*document.Document {
	t.Helper()
	text, err := fs.ReadFile(examples, path.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return documentsOf(t, examples, dir, file, text)
}

// unknown wants a file to hold nothing that the rule reports, and to be
// incomplete where it says so.
func (a answers) unknown(t *testing.T, file string) (marked int, problems []string) {
	t.Helper()
	dir := path.Join(a.id, "unknown")
	text, err := fs.ReadFile(a.examples, path.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range evaluateExample(t, a.evaluator, a.examples, dir, file, text) {
		problems = append(problems, fmt.Sprintf("unknown/%s:%d: found although it is not known: %s", file, result.Line, result.Message))
	}
	var told []string
	documents := loadExample(t, a.examples, dir, file)
	document.Facts{}.Merge(document.Learn(documents)).Apply(documents)
	for _, doc := range documents {
		for _, p := range doc.Incomplete {
			told = append(told, fmt.Sprintf("%d %s", doc.Locate(p.Path).Line, p.Message))
		}
	}
	marks := unknownMarks(t, string(text))
	for _, m := range marks {
		if !slices.ContainsFunc(told, m.MatchString) {
			problems = append(problems, fmt.Sprintf("unknown/%s: nothing is told that matches %s; told is %q", file, m, told))
		}
	}
	return len(marks), problems
}

// unknownMarks reads the marks of a file as patterns of a line and a message.
func unknownMarks(t *testing.T, text string) []*regexp.Regexp {
	t.Helper()
	var marks []*regexp.Regexp
	for i, line := range strings.Split(text, "\n") {
		for _, m := range unknownComment.FindAllStringSubmatch(line, -1) {
			at := i + 1
			if m[1] != "" {
				at++
			}
			message, err := strconv.Unquote(m[2])
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			marks = append(marks, regexp.MustCompile(fmt.Sprintf("^%d .*(?:%s)", at, message)))
		}
	}
	return marks
}
