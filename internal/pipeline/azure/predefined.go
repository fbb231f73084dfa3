package azure

import (
	"path"
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// predefinedNames are Azure's own variables that are followed, and others that
// scripts often read.
var predefinedNames = []string{
	"Build.SourceVersion", "Build.SourceBranch", "Build.SourceBranchName", "Build.BuildId", "Build.BuildNumber", "Build.Reason",
	"Build.Repository.Name", "Build.Repository.Uri", "Build.RequestedFor", "Build.SourceVersionMessage", "Build.DefinitionName",
	"Build.ArtifactStagingDirectory", "Build.SourcesDirectory", "System.PullRequest.IsFork", "System.PullRequest.SourceBranch",
	"System.PullRequest.TargetBranch", "System.PullRequest.TargetBranchName", "System.PullRequest.SourceCommitId",
	"System.PullRequest.PullRequestId", "System.PullRequest.PullRequestNumber", "System.AccessToken", "System.TeamProject",
	"System.DefaultWorkingDirectory", "System.JobAttempt", "Pipeline.Workspace", "Agent.OS",
}

// predefined is one of Azure's own variables; ok is false where the name is not
// of their form.
func (s *scope) predefined(name string) (v symbol.Value, ok bool) {
	if !isPredefined(name) {
		return nil, false
	}
	key := lower(name)
	if rest, isPull := strings.CutPrefix(key, "system.pullrequest."); isPull {
		return s.pullRequest(name, rest), true
	}
	if v, ok := s.source(key); ok {
		return v, true
	}
	part := symbol.Part{Kind: symbol.Opaque, Name: name, Source: name}
	switch key {
	case "build.buildid":
		part = symbol.Part{Kind: symbol.RunNumber, Name: "Build.BuildId", Source: name}
	case "build.buildnumber":
		return s.buildNumber(), true
	case "build.reason":
		return s.reason(), true
	case "build.repository.name":
		part = s.repository()
	case "build.requestedfor", "build.queuedby", "build.sourceversionauthor", "build.requestedforemail":
		part = symbol.Part{Kind: symbol.Actor, Name: name, Source: name}
	case lower(token):
		part = symbol.Part{Kind: symbol.Secret, Name: token, Source: name}
	case "pipeline.starttime":
		part = symbol.Part{Kind: symbol.Date, Source: name}
	case "tf_build":
		return symbol.Text("True"), true
	}
	return symbol.Of(part), true
}

// source is about the commit that is built. A pull request is built as its
// merge into the target.
func (s *scope) source(key string) (v symbol.Value, ok bool) {
	switch key {
	case "build.sourceversion":
		if s.run.IsPullRequest() {
			return symbol.Of(symbol.Part{Kind: symbol.MergeSHA}), true
		}
		return symbol.Of(symbol.FullSHA()), true
	case "build.sourcebranch":
		return s.branch(), true
	case "build.sourcebranchname":
		switch {
		case s.run.IsPullRequest():
			return symbol.Text("merge"), true
		case s.run.Tag != "":
			return symbol.Text(path.Base(s.run.Tag)), true
		}
		return symbol.Text(path.Base(s.run.Branch)), true
	}
	return nil, false
}

// branch is the full name of what is built: refs/heads/main.
func (s *scope) branch() symbol.Value {
	switch {
	case s.run.IsPullRequest():
		number := symbol.Part{Kind: symbol.PRNumber, Source: "System.PullRequest.PullRequestId"}
		return symbol.Join(symbol.Text("refs/pull/"), symbol.Of(number), symbol.Text("/merge"))
	case s.run.Tag != "":
		return symbol.Text(tagNames + s.run.Tag)
	}
	return symbol.Text(branchNames + s.run.Branch)
}

// pullRequest is System.PullRequest.*, which only runs of pull requests have.
func (s *scope) pullRequest(name, key string) symbol.Value {
	if !s.run.IsPullRequest() {
		return nil
	}
	switch key {
	case "isfork":
		if s.run.Situation == flow.Fork {
			return symbol.Text("True")
		}
		return symbol.Text("False")
	case "pullrequestid", "pullrequestnumber":
		return symbol.Of(symbol.Part{Kind: symbol.PRNumber, Source: name})
	case "sourcecommitid":
		return symbol.Of(symbol.FullSHA())
	case "targetbranchname":
		return symbol.Text(s.run.Base)
	case "targetbranch":
		return s.onHost(s.run.Base)
	case "sourcebranch":
		return s.onHost(s.run.Branch)
	}
	return symbol.Of(symbol.Part{Kind: symbol.Opaque, Name: name, Source: name})
}

// onHost is the name of a branch in a pull request: a full one on Azure Repos, a
// short one on GitHub.
func (s *scope) onHost(branch string) symbol.Value {
	switch s.file().options.Host {
	case "azure":
		return symbol.Text(branchNames + branch)
	case "github", "bitbucket":
		return symbol.Text(branch)
	}
	return symbol.Nobody("how a pull request names its branches depends on where the repository lies")
}

// reason is why the run started, in Azure's words.
func (s *scope) reason() symbol.Value {
	switch {
	case s.run.IsPullRequest():
		return symbol.Text("PullRequest")
	case s.run.Situation == flow.Schedule:
		return symbol.Text("Schedule")
	case s.run.Situation == flow.Manual:
		return symbol.Text("Manual")
	case s.run.Situation == flow.Other && s.run.Event != eventPush:
		return symbol.Text("ResourceTrigger")
	case triggerOf(s.file().root.get("trigger")).batch:
		return symbol.Text("BatchedCI")
	}
	return symbol.Text("IndividualCI")
}

func (s *scope) repository() symbol.Part {
	part := symbol.Part{Kind: symbol.Repository, Name: "path", Source: "Build.Repository.Name"}
	switch s.file().options.Host {
	case "azure":
		part.Name = "name"
	case "":
		part = symbol.Part{Kind: symbol.Opaque, Name: "Build.Repository.Name", Source: "Build.Repository.Name"}
	}
	return part
}

// buildNumber is the name of the run, by name: of the file or the date with a
// number that counts the runs of that day.
func (s *scope) buildNumber() symbol.Value {
	format := s.file().root.get("name").scalar()
	if format == "" {
		format = "$(Date:yyyyMMdd).$(Rev:r)"
	}
	if s.exhausted() {
		return symbol.Nobody(tooOften)
	}
	var parts []symbol.Value
	end := 0
	for _, at := range runName.FindAllStringSubmatchIndex(format, maxMacros) {
		parts = append(parts, s.deeper().text(format[end:at[0]]), runPart(format[at[2]:at[3]], format[at[4]:at[5]]))
		end = at[1]
	}
	return bounded(symbol.Join(append(parts, s.deeper().text(format[end:]))...))
}
