package gitlab

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead_Deployments(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no environment", "a: {script: [x]}", "none"},
		{"a name alone", "a: {script: [x], environment: staging}", "staging start true     at a.environment"},
		{"a map", "a: {script: [x], environment: {name: prod, url: 'https://a.example', deployment_tier: production, on_stop: b, auto_stop_in: 1 week}}", "prod start true production https://a.example b 1 week at a.environment"},
		{"one that is stopped", "a: {script: [x], environment: {name: prod, action: stop}}", "prod stop false     at a.environment"},
		{"one that is only looked at", "a: {script: [x], environment: {name: prod, action: verify}}", "prod verify false     at a.environment"},
		{"one of a base", ".b: {environment: {name: prod}}\na: {extends: .b, script: [x], environment: {action: prepare}}", "prod prepare false     at a.environment"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, ".gitlab-ci.yml", test.text)
			job := jobNamed(t, p, "a")
			got := "none"
			if d := job.Deployment; d != nil {
				got = fmt.Sprintf("%s %s %v %s %s %s %s at %s", job.Environment.Value, d.Action, d.Deploys, d.Tier, d.URL.Value, d.OnStop.Value, d.AutoStop.Value, d.Path)
			}
			if got != test.want {
				t.Errorf("%s\ngot  %s\nwant %s", test.text, got, test.want)
			}
		})
	}
}

func TestRead_ReportsAndTheLike(t *testing.T) {
	const text = `
default: {retry: 1, interruptible: true}
a:
  script: [x]
  coverage: /TOTAL.*\s(\d+)%/
  release: {tag_name: v1, description: x}
  resource_group: production
  artifacts:
    reports:
      junit: [one.xml, two.xml]
      dotenv: build.env
      coverage_report: {coverage_format: cobertura, path: cov.xml}
b: {script: [x], retry: {max: 2, when: [api_failure]}, interruptible: false}
`
	p, _, _ := read(t, ".gitlab-ci.yml", text)
	a, b := jobNamed(t, p, "a"), jobNamed(t, p, "b")
	var got []string
	for _, report := range a.Reports {
		got = append(got, fmt.Sprintf("%s %v %s", report.Kind, report.Files, report.Path))
	}
	got = append(got, a.Coverage.Value, a.Release.Value, a.Retry.Value+a.Interruptible.Value, b.Retry.Value+b.Interruptible.Value,
		fmt.Sprintf("%s %s %v", a.Concurrency.Group, a.Concurrency.Path, b.Concurrency))
	want := []string{
		"junit [one.xml two.xml] a.artifacts.reports.junit", "dotenv [build.env] a.artifacts.reports.dotenv",
		"coverage_report [cov.xml] a.artifacts.reports.coverage_report", `/TOTAL.*\s(\d+)%/`, "v1", "1true", "2false",
		"production a.resource_group <nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRead_InputsOfTheFile(t *testing.T) {
	p, _, _ := read(t, "ci/a.yml", "spec: {inputs: {stage: {default: test}, size: {options: [small, large]}, on: {type: boolean}}}")
	var got []string
	for _, input := range p.Inputs {
		got = append(got, fmt.Sprintf("%s %s %v %v %s", input.Name, input.Event, input.Options, input.Free, input.Path))
	}
	want := []string{"stage spec [] true spec.inputs.stage", "size spec [small large] false spec.inputs.size", "on spec [] false spec.inputs.on"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
