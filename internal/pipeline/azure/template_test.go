package azure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline/flow"
)

// What a template is given may be known only in a run. Then conditions and texts
// of the template wait for it, whatever the parameter is called there.
func TestTemplates_WaitForTheRun(t *testing.T) {
	const head = "parameters: [{name: env, default: staging}, {name: fast, type: boolean, default: true}]\nvariables: {region: west}\njobs:\n- template: t.yml\n  parameters: {e: '${{ parameters.env }}', f: '${{ parameters.fast }}', both: 'x-${{ parameters.env }}', list: [a, '${{ parameters.env }}'], map: {k: '${{ parameters.env }}'}, text: plain}\n"
	const declared = "parameters: [{name: e}, {name: f}, {name: both}, {name: list, type: object}, {name: map, type: object}, {name: text}, {name: on, type: boolean, default: false}, {name: n, type: number, default: 3}]\n"
	for _, test := range []struct {
		name, template string
		situation      flow.Situation
		want           string // jobs that run, with the environment of each
	}{
		{"a condition on a parameter of the pipeline holds", "jobs:\n- ${{ if eq(parameters.e, 'staging') }}:\n  - job: a", flow.Main, "a()"},
		{"it does not hold", "jobs:\n- ${{ if eq(parameters.e, 'production') }}:\n  - job: a", flow.Main, ""},
		{"whoever starts the run decides", "jobs:\n- ${{ if eq(parameters.e, 'production') }}:\n  - job: a", flow.Manual, "a?()"},
		{"a condition on a part of a text", "jobs:\n- ${{ if startsWith(parameters.both, 'x-stag') }}:\n  - job: a", flow.Main, "a()"},
		{"a condition on a boolean", "jobs:\n- ${{ if eq(parameters.f, true) }}:\n  - job: a", flow.Main, "a()"},
		{"else, where the file decides nothing", "jobs:\n- ${{ if eq(parameters.e, 'x') }}:\n  - job: a\n- ${{ elseif eq(parameters.text, 'plain') }}:\n  - job: b\n- ${{ else }}:\n  - job: c", flow.Main, "b()"},
		{"a boolean of the template's own", "jobs:\n- ${{ if parameters.on }}:\n  - job: a\n- ${{ if not(parameters.on) }}:\n  - job: b", flow.Main, "b()"},
		{"a number of the template's own", "jobs:\n- ${{ if gt(parameters.n, 2) }}:\n  - job: a", flow.Main, "a()"},
		{"a text with a parameter of the pipeline", "jobs:\n- deployment: a\n  environment: ${{ parameters.e }}", flow.Main, "a(staging)"},
		{"a text that a function makes", "jobs:\n- deployment: a\n  environment: ${{ format('{0}-{1}', parameters.e, parameters.text) }}", flow.Main, "a(staging-plain)"},
		{"a text within a text", "jobs:\n- deployment: a\n  environment: the-${{ parameters.both }}", flow.Main, "a(the-x-staging)"},
		{"an item of a list", "jobs:\n- ${{ each x in parameters.list }}:\n  - deployment: ${{ x }}\n    environment: ${{ x }}", flow.Main, "a(a) staging(staging)"},
		{"a member of a map", "jobs:\n- deployment: a\n  environment: ${{ parameters.map.k }}", flow.Main, "a(staging)"},
		{"a member of a map by a loop", "jobs:\n- ${{ each x in parameters.map }}:\n  - deployment: ${{ x.key }}\n    environment: ${{ x.value }}", flow.Main, "k(staging)"},
		{"an index", "jobs:\n- deployment: a\n  environment: ${{ parameters.list[1] }}", flow.Main, "a(staging)"},
		{"a variable of the pipeline", "jobs:\n- deployment: a\n  environment: ${{ variables.region }}", flow.Main, "a(west)"},
		{"keys that an expression names", "jobs:\n- ${{ if true }}:\n  - deployment: a\n    ${{ if eq(parameters.text, 'plain') }}:\n      environment: p\n    ${{ else }}:\n      environment: q", flow.Main, "a(p)"},
		{"members that are inserted", "jobs:\n- deployment: a\n  ${{ insert }}: {environment: p}", flow.Main, "a(p)"},
		{"a key that is an expression", "jobs:\n- deployment: a\n  ${{ format('{0}ment', 'environ') }}: p", flow.Main, "a(p)"},
		{"a condition: that a parameter of the template is", "jobs:\n- job: a\n  condition: and(succeeded(), ${{ eq(parameters.e, 'production') }})", flow.Main, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", head, files{"t.yml": declared + test.template})
			p := NewProvider(file, nil)
			run := flow.Branches{}.RunOf(test.situation)
			got := []string{}
			for i, outcome := range outcomes(p, run, nil) {
				job := file.Pipeline.Jobs[i]
				name := job.ID
				if outcome.Runs.IsUnknown() {
					name += "?"
				}
				if !outcome.Runs.IsNo() {
					got = append(got, name+"("+p.Values(run, flow.Place{Job: i, Step: -1}, job.Environment.Value)[0].String()+")")
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%s\n%s", test.template, diff)
			}
			if len(file.Pipeline.Invalid)+len(file.Pipeline.Incomplete) > 0 {
				t.Errorf("invalid %v, incomplete %v", file.Pipeline.Invalid, file.Pipeline.Incomplete)
			}
		})
	}
}

func TestPredefined(t *testing.T) {
	for _, test := range []struct {
		name, host string
		situation  flow.Situation
		text, want string
	}{
		{"a pull request", "", flow.PullRequest, "$(Build.Reason) $(Build.SourceBranch) $(Build.SourceBranchName)", "PullRequest refs/pull/<pr-number>/merge merge"},
		{"its commit and number", "", flow.PullRequest, "$(System.PullRequest.SourceCommitId) $(System.PullRequest.PullRequestId)", "<sha> <pr-number>"},
		{"its branches on GitHub", "github", flow.PullRequest, "$(System.PullRequest.SourceBranch) $(System.PullRequest.TargetBranch)", "feature/x main"},
		{"its branches on Azure Repos", "azure", flow.PullRequest, "$(System.PullRequest.SourceBranch) $(System.PullRequest.TargetBranch)", "refs/heads/feature/x refs/heads/main"},
		{"its branches where nobody knows", "", flow.PullRequest, "$(System.PullRequest.TargetBranch) $(System.PullRequest.TargetBranchName)", "<unknown> main"},
		{"a fork", "", flow.Fork, "$(System.PullRequest.IsFork)", "True"},
		{"no pull request", "", flow.Main, "[$(System.PullRequest.IsFork)]", "[]"},
		{"a push", "", flow.Main, "$(build.reason)", "IndividualCI"},
		{"a schedule", "", flow.Schedule, "$(Build.Reason)", "Schedule"},
		{"a person", "", flow.Manual, "$(Build.Reason)", "Manual"},
		{"another pipeline", "", flow.Other, "$(Build.Reason)", "ResourceTrigger"},
		{"the repository on GitHub", "github", flow.Main, "$(Build.Repository.Name)", "<repository's path>"},
		{"the repository on Azure Repos", "azure", flow.Main, "$(Build.Repository.Name)", "<repository's name>"},
		{"the repository where nobody knows", "", flow.Main, "$(Build.Repository.Name)", "<Build.Repository.Name>"},
		{"who started the run", "", flow.Main, "$(Build.RequestedFor)", "<actor>"},
		{"the name of the run without name:", "", flow.Main, "$(Build.BuildNumber)", "<date>.<run-number>"},
		{"the token", "", flow.Main, "$(System.AccessToken)", "<secret System.AccessToken>"},
		{"any other", "", flow.Main, "$(Agent.OS)", "<Agent.OS>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", "steps: [{script: a}]", nil)
			file.options.Host = test.host
			got := NewProvider(file, nil).Values(flow.Branches{}.RunOf(test.situation), flow.Place{Job: 0, Step: 0}, test.text)
			if len(got) != 1 || got[0].String() != test.want {
				t.Errorf("%s\ngot  %v\nwant %s", test.text, got, test.want)
			}
		})
	}
}

func TestRead_Containers(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"an image", "azure-pipelines.yml", "jobs: [{job: a, container: 'x:1'}]", "x:1"},
		{"a map with an image", "azure-pipelines.yml", "jobs: [{job: a, container: {image: 'x:1', env: {A: b}}}]", "x:1"},
		{"a resource", "azure-pipelines.yml", "resources: {containers: [{container: c, image: 'x:1'}]}\njobs: [{job: a, container: C}]", "x:1"},
		{"a resource by its alias", "azure-pipelines.yml", "resources: {containers: [{container: c, image: 'x:1'}]}\njobs: [{job: a, container: {alias: c}}]", "x:1"},
		{"the container of the whole file", "azure-pipelines.yml", "container: x:1\nsteps: [{script: a}]", "x:1"},
		{"a resource of a registry that says itself which image it is", "azure-pipelines.yml", "resources: {containers: [{container: c, type: ACR, repository: x}]}\njobs: [{job: a, container: c}]", "? which image the container \"c\" is is said by the registry that it names"},
		{"a name in a template that may be a resource", "t/t.yml", "parameters: []\njobs: [{job: a, container: Tools}]", "? whether \"Tools\" is an image or a container of the pipeline that inserts the template is not known"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, test.file, test.text, nil)
			got := ""
			if c := file.Pipeline.Jobs[0].Container; c != nil {
				got = c.Raw
			}
			for _, p := range file.Pipeline.Incomplete {
				got += "? " + p.Message
			}
			if got != test.want {
				t.Errorf("%s\ngot  %s\nwant %s", test.text, got, test.want)
			}
		})
	}
}
