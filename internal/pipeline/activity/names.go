package activity

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"guard/internal/pipeline"
)

// spoken are the activities that names speak of, by their words. In a name
// with several, each counts.
var spoken = []struct {
	kind  pipeline.ActivityKind
	words string
}{
	{pipeline.Test, "test tests testing tested unittest unittests spec specs unit integration e2e pytest jest vitest phpunit rspec tox nox ci check checks verify verification validate validation qa regression acceptance bdd suite selftest conformance"},
	{pipeline.Lint, "lint lints linter linters linting fmt format formatting style checkstyle eslint ruff flake8 pylint rubocop clippy prettier golangci precommit quality"},
	{pipeline.Typecheck, "typecheck typechecks typechecking typing types mypy pyright tsc"},
	{pipeline.Coverage, "coverage cov codecov coveralls"},
	{pipeline.Scan, "scan scans scanner scanning security audit sast dast vulnerability vulnerabilities vuln trivy grype snyk semgrep sonar"},
	{pipeline.Wait, "wait waits waiting await"},
	{pipeline.Rollback, "rollback undo revert"},
	{pipeline.SmokeTest, "smoke smoketest smoketests health healthcheck healthz sanity"},
	{pipeline.Canary, "canary"},
	{pipeline.Approval, "approve approval approvals"},
	{pipeline.Deploy, "deploy deploys deployment deploying rollout promote provision"},
	{pipeline.Push, "push publish release"},
	{pipeline.Build, "build builds image images docker container containers dockerize"},
	{pipeline.Sign, "sign signing cosign"},
	{pipeline.Attest, "attest attestation provenance sbom"},
	{pipeline.Notify, "notify notification notifications slack"},
	{pipeline.Teardown, "teardown cleanup"},
	{pipeline.Install, "install setup bootstrap"},
}

// gates are the activities whose absence is a finding. A step that may be one
// of them must be known to be.
var gates = []pipeline.ActivityKind{pipeline.Test, pipeline.Lint, pipeline.Typecheck, pipeline.Coverage, pipeline.Scan}

// wordKinds is spoken by the word.
var wordKinds = sync.OnceValue(func() map[string]pipeline.ActivityKind {
	kinds := map[string]pipeline.ActivityKind{}
	for _, s := range spoken {
		for _, word := range strings.Fields(s.words) {
			kinds[word] = s.kind
		}
	}
	return kinds
})

const maxName = 300 // bytes of a name that are looked at

// speaksOf lists the activities that names speak of, each once.
func speaksOf(names ...string) []pipeline.ActivityKind {
	var kinds []pipeline.ActivityKind
	for _, name := range names {
		for _, word := range wordsOf(name) {
			if kind, known := wordKinds()[word]; known && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// wordsOf splits a name into its words, in lower case: runUnit-tests.sh is
// run, unit, tests, sh. Type checks and pre-commit count as one word.
func wordsOf(name string) []string {
	name = name[:min(len(name), maxName)]
	var b strings.Builder
	var before rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		before = r
		b.WriteRune(unicode.ToLower(r))
	}
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var joined []string
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && slices.Contains([]string{"type check", "type checks", "type checking", "type checker", "pre commit", "static analysis"}, words[i]+" "+words[i+1]) {
			joined = append(joined, map[string]string{"type": "typecheck", "pre": "precommit", "static": "lint"}[words[i]])
			i++
			continue
		}
		joined = append(joined, words[i])
	}
	return joined
}

// broad are words for checks of every kind: what is called so may lint, too.
// The name of a step says so in fewer of them: "Check version" is one thing.
const (
	broad     = "ci|check|checks|verify|verification|validate|validation|qa"
	broadStep = "ci|checks|qa"
)

// speaksBroadly tells whether one of some names holds one of some words.
func speaksBroadly(words string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(wordsOf(name), func(word string) bool { return isOneOf(word, words) })
	})
}

// opaque notes something that cannot be seen into: one activity for each that
// its own name and the step's speak of, and for each gate that the job's does.
func (f *finder) opaque(s *scope, index int, tool string, names ...string) {
	job := &f.pipeline.Jobs[s.job]
	kinds := speaksOf(append(names, s.names...)...)
	if (speaksBroadly(broad, names...) || speaksBroadly(broadStep, s.names...)) && !slices.Contains(kinds, pipeline.Lint) {
		kinds = append(kinds, pipeline.Lint)
	}
	for _, kind := range speaksOf(job.ID, job.Name, job.Stage) {
		if (len(kinds) == 0 || slices.Contains(gates, kind)) && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		kinds = append(kinds, "")
	}
	for _, kind := range kinds {
		f.add(s, index, pipeline.Activity{Kind: pipeline.Opaque, Tool: tool, Like: string(kind)})
	}
}
