package report

import "guard/internal/finding"

// deliveryPipeline has something of everything that formats show of a
// pipeline.
func deliveryPipeline() finding.Pipeline {
	yes, no := finding.Answer{Holds: "yes"}, finding.Answer{Holds: "no"}
	open := finding.Answer{Holds: "unknown", Reason: "whether vars.DEPLOY is yes is a setting"}
	const setting = "whether environment production waits for a reviewer is a setting of the forge, which was not read"
	cell := func(name, tier string, reached finding.Answer, gate finding.Gate, reason, against string) finding.PipelineCell {
		return finding.PipelineCell{Environment: name, Tier: tier, Reached: reached, Gate: gate, GateReason: reason, Against: against, Jobs: []string{"deploy"}}
	}
	const denied = "reaches production, which the configuration does not allow"
	return finding.Pipeline{
		File: ".github/workflows/delivery.yml", Provider: "github", Name: "Delivery",
		Environments: []finding.PipelineEnvironment{{Name: "stage-eu", Tier: "staging", Named: "environment"}, {Tier: "production", Named: "namespace"}},
		Runs: []finding.PipelineRun{
			{ID: "fork", Title: "pull request from a fork", Starts: yes, Pushes: no, Cells: []finding.PipelineCell{cell("stage-eu", "staging", no, "", "", ""), cell("", "production", no, "", "", "")}},
			{ID: "develop", Title: "push to develop", Starts: yes, Tested: yes, Pushes: yes, Cells: []finding.PipelineCell{cell("stage-eu", "staging", yes, "", "", ""), cell("", "production", open, "", "", denied)}},
			{ID: "main", Title: "push to main", Starts: yes, Tested: open, Pushes: yes, Cells: []finding.PipelineCell{cell("stage-eu", "staging", yes, finding.ManualGate, "", ""), cell("", "production", yes, finding.UnknownGate, setting, "")}},
			{ID: "tag", Title: "push of tag v1.2.3", Starts: open, Tested: no, Pushes: open, Cells: []finding.PipelineCell{cell("stage-eu", "staging", no, "", "", ""), cell("", "production", yes, finding.ApprovalGate, "", "")}},
			{ID: "other-x", Title: "event x", Starts: yes, Tested: no, Pushes: no, Cells: []finding.PipelineCell{cell("stage-eu", "staging", no, "", "", ""), cell("", "production", yes, "", "", denied)}},
		},
		Jobs: []finding.PipelineJob{
			{ID: "deploy", Line: 40, Needs: []string{"images"}, After: []int{2, 3}, Condition: "vars.DEPLOY == 'yes'", Environment: "${{ inputs.where }}", Gate: finding.UnknownGate, Activities: []string{"deploy", "wait"}, Runs: []string{"develop", "main", "tag", "other-x"}},
			{ID: "lint", Line: 5, After: []int{}, Activities: []string{"lint"}, Runs: []string{"fork", "develop", "main", "tag", "other-x"}},
			{ID: "images", Line: 20, Needs: []string{"lint"}, After: []int{1}, Activities: []string{"build", "push"}, Runs: []string{"develop", "main"}},
			{ID: "a-job-with-quite-a-long-name", Line: 30, After: []int{}, Gate: finding.ManualGate, Uses: "./.github/workflows/scan.yml", Runs: []string{}},
			{ID: "名前が長い仕事の名前です", Line: 60, After: []int{0, 1}, Gate: finding.ApprovalGate, Runs: []string{"main"}},
		},
		Images: []finding.PipelineImage{
			{Use: "pushed", Job: "images", Tool: "docker push", Line: 25, Image: "ghcr.io/acme/shop:<sha7>", Runs: []string{"develop", "main"}},
			{Use: "pushed", Job: "images", Tool: "docker buildx bake", Line: 27, Unknown: "the file does not say which image", Runs: []string{"main"}},
			{Use: "deployed", Job: "deploy", Tool: "kubectl set image", Line: 44, Image: "ghcr.io/acme/shop:<sha7>", Environment: "stage-eu", Tier: "staging", Pushed: yes, Runs: []string{"develop", "main"}},
			{Use: "deployed", Job: "deploy", Tool: "kubectl set image", Line: 45, Image: "ghcr.io/acme/shop:latest", Tier: "production", Pushed: no, Runs: []string{"main", "tag"}},
			{Use: "deployed", Job: "deploy", Tool: "helm upgrade", Line: 46, Image: "${TAG}", Unknown: "TAG is not known", Pushed: finding.Answer{Holds: "unknown", Reason: "no pipeline that was read pushes it"}, Runs: []string{"tag"}},
		},
		Unknown: []finding.Incomplete{{File: ".github/workflows/delivery.yml", Line: 30, Reason: "the workflow ./.github/workflows/scan.yml was not read"}},
	}
}

// unstartedPipeline has jobs and no event that starts them.
func unstartedPipeline() finding.Pipeline {
	return finding.Pipeline{File: "ci/.gitlab-ci.yml", Provider: "gitlab", Jobs: []finding.PipelineJob{{ID: "a", Condition: "manual"}}}
}
