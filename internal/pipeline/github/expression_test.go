package github

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

func TestScan_Contexts(t *testing.T) {
	for _, test := range []struct {
		text              string
		contexts, secrets []string
	}{
		{"${{ secrets.token }}", []string{"secrets.TOKEN"}, []string{"TOKEN"}},
		{"${{ secrets['Token'] }}", []string{"secrets.TOKEN"}, []string{"TOKEN"}},
		{"${{ github.token }}", []string{"github.token"}, []string{"GITHUB_TOKEN"}},
		{"${{ toJSON(secrets) }}", []string{"secrets"}, []string{}},
		{"${{ secrets[matrix.name] }}", []string{"secrets.*", "matrix.name"}, []string{"*"}},
		{"${{ GITHUB.event.pull_request.Title }}", []string{"github.event.pull_request.title"}, []string{}},
		{"${{ github.event.commits.*.message }}", []string{"github.event.commits.*.message"}, []string{}},
		{"${{ github.event.commits[0].message }}", []string{"github.event.commits.0.message"}, []string{}},
		{"${{ secrets.A != '' }}", []string{"secrets.A"}, []string{}},
		{"${{ !secrets.A }}", []string{"secrets.A"}, []string{}},
		{"${{ contains(secrets.A, 'x') }}", []string{"secrets.A"}, []string{}},
		{"${{ secrets.A || secrets.B }}", []string{"secrets.A", "secrets.B"}, []string{"A", "B"}},
		{"${{ secrets.A && 'set' || 'unset' }}", []string{"secrets.A"}, []string{}},
		{"${{ format('{0}:{1}', vars.User, secrets.A) }}", []string{"vars.USER", "secrets.A"}, []string{"A"}},
		{"${{ 'secrets.A' }}", []string{}, []string{}},
	} {
		t.Run(test.text, func(t *testing.T) {
			found := scan(test.text, nil)
			if len(found) != 1 || found[0].problem != "" {
				t.Fatalf("got %+v, want one sound expression", found)
			}
			if diff := cmp.Diff([][]string{test.contexts, test.secrets}, [][]string{found[0].Contexts, found[0].Secrets}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScan_Places(t *testing.T) {
	const text = "é ${{ a }}\n\n  ${{ b\n }}x${{ c }}"
	var got []finding.Span
	for _, e := range scan(text, nil) {
		span, _ := e.Path[0].Span()
		got = append(got, span)
	}
	want := []finding.Span{
		{Line: 1, Column: 3, EndLine: 1, EndColumn: 11},
		{Line: 3, Column: 3, EndLine: 4, EndColumn: 4},
		{Line: 4, Column: 5, EndLine: 4, EndColumn: 13},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestValues_OfWhatTheFileAnswers(t *testing.T) {
	const workflow = `
on: push
env: {NODE: '22'}
jobs:
  a:
    runs-on: x
    strategy:
      matrix:
        version: ['1.10', '2.0', 1.10]
        os: [{name: jammy, tag: '22.04'}]
        dynamic: ${{ fromJSON(vars.X) }}
    steps: [{run: a}]
  b:
    runs-on: x
    strategy: {matrix: {include: [{image: a, tag: '1'}, {image: b, tag: '2'}]}}
    steps: [{run: a}]
`
	p, _, _ := read(t, workflow)
	for _, test := range []struct {
		name string
		job  int
		text string
		want []string
	}{
		{"text without expressions", 0, "node:22", []string{"node:22"}},
		{"one image per value", 0, "node:${{ matrix.version }}", []string{"node:1.10", "node:2.0"}},
		{"a value of a map", 0, "ubuntu:${{ matrix.os.tag }}", []string{"ubuntu:22.04"}},
		{"values that an expression makes", 0, "a:${{ matrix.dynamic }}", []string{"a:${{ matrix.dynamic }}"}},
		{"a literal variable", 0, "node:${{ env.NODE }}", []string{"node:22"}},
		{"what only a run knows", 0, "app:${{ github.sha }}", []string{"app:${{ github.sha }}"}},
		{"part of an expression", 0, "node:${{ matrix.version || 'x' }}", []string{"node:${{ matrix.version || 'x' }}"}},
		{"one of values that go together", 1, "${{ matrix.image }}:1", []string{"a:1", "b:1"}},
		{"values that go together", 1, "${{ matrix.image }}:${{ matrix.tag }}", []string{"a:${{ matrix.tag }}", "b:${{ matrix.tag }}"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Values(p, &p.Jobs[test.job], test.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOutsider(t *testing.T) {
	p := pipeline.New("github", "workflow")
	p.Inputs = []pipeline.Input{
		{Name: "tag", Event: "workflow_dispatch", Free: true},
		{Name: "size", Event: "workflow_dispatch", Options: []string{"small"}},
		{Name: "called", Event: "workflow_call", Free: true},
	}
	for text, want := range map[string]string{
		"a:${{ github.head_ref }}":                        "github.head_ref",
		"a:${{ github.event.pull_request.head.ref }}":     "github.event.pull_request.head.ref",
		"a:${{ format('{0}', github.event.issue.title)}}": "github.event.issue.title",
		"a:${{ inputs.tag }}":                             "inputs.tag",
		"a:${{ github.event.inputs.TAG }}":                "github.event.inputs.tag",
		"a:${{ inputs.size }}":                            "",
		"a:${{ inputs.called }}":                          "",
		"a:${{ github.sha }}":                             "",
		"a:1.0.0":                                         "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := Outsider(p, text); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
