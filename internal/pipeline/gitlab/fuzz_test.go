package gitlab

import (
	"io/fs"
	"os"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/tree"
)

// FuzzOpen reads any text as a pipeline, and as the file that one includes,
// and asks all that can be asked of it.
func FuzzOpen(f *testing.F) {
	shop, err := os.ReadFile("testdata/shop.gitlab-ci.yml")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(shop),
		"workflow: {rules: [{if: $CI_COMMIT_TAG, variables: {A: $B}}, {when: always}]}\na: {script: [x], rules: [!reference [.b, rules], {exists: [x], changes: [y]}]}\n.b: {rules: [{if: $X, when: manual}]}",
		"a: {script: ['echo T=$CI_COMMIT_SHA > v.env'], artifacts: {reports: {dotenv: v.env}}}\nb: {needs: [a], script: ['docker push x:$T'], only: [main, /^v/i], except: {variables: [$A]}}",
		"include: [/x.yml, {local: y.yml, inputs: {a: 1}, rules: [{if: $A}]}]\nstages: [one]\na: {stage: one, extends: [.b, .c], needs: [{job: c, optional: true}], parallel: {matrix: [{A: [1, 2], B: c}]}}",
		"spec: {inputs: {a: {default: [x]}}}\n---\n'$[[ inputs.a ]]': {script: '$[[ inputs.a ]]', when: delayed, allow_failure: {exit_codes: 1}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		ask(t, text, "include: /x.yml\na: {script: [x], needs: [b]}\n")
		ask(t, "include: /x.yml\na: {script: [x], needs: [b]}\n", text)
	})
}

// ask opens a pipeline and asks for what becomes of every job in every run.
func ask(t *testing.T, text, other string) {
	t.Helper()
	for _, part := range tree.ParseYAML(text) {
		if part.Err != nil || part.Root.Type() != tree.Map {
			continue
		}
		file := Open(tree.NewSource(".gitlab-ci.yml", text), part.Root, Options{Lookup: func(path string) ([]byte, error) {
			if path == "x.yml" {
				return []byte(other), nil
			}
			return nil, fs.ErrNotExist
		}})
		p := NewProvider(file, flow.Branches{})
		for _, situation := range flow.Situations {
			for _, start := range p.Starts(flow.Branches{}.RunOf(situation)) {
				askRun(t, p, start)
			}
		}
		p.Others(flow.Branches{})
	}
}

func askRun(t *testing.T, p *Provider, start flow.Start) {
	t.Helper()
	if start.Answer.IsNo() || start.Answer.IsUnknown() && start.Answer.Reason == "" {
		t.Errorf("%s starts: %+v", start.Run.ID(), start.Answer)
	}
	jobs := p.file.Pipeline.Jobs
	for i, outcome := range play(p, start.Run, "a", "b") {
		if outcome.Runs.IsUnknown() && outcome.Runs.Reason == "" {
			t.Errorf("whether %s runs is unknown without a reason", jobs[i].ID)
		}
		p.Gate(start.Run, i)
		if len(p.Values(start.Run, flow.Place{Job: i, Step: -1}, jobs[i].Environment.Value)) == 0 {
			t.Errorf("the environment of %s has no value", jobs[i].ID)
		}
		for step := range jobs[i].Steps {
			askStep(t, p, start.Run, flow.Place{Job: i, Step: step})
		}
	}
}

func askStep(t *testing.T, p *Provider, run flow.Run, at flow.Place) {
	t.Helper()
	commands := p.file.Pipeline.Jobs[at.Job].Steps[at.Step].Script.Commands
	for c := range commands[:min(len(commands), 20)] {
		activity := &pipeline.Activity{Job: at.Job, Step: at.Step, Command: c}
		for w := range commands[c].Args {
			word := &commands[c].Args[w]
			if len(p.Operand(run, activity, pipeline.Operand{Text: word.Text, Word: word})) == 0 {
				t.Errorf("the word %q has no value", word.Text)
			}
		}
	}
}
