package github

import (
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// github answers the github context in a run, as GitHub's page on contexts and
// its page on events say.
func (m *moment) github(chain []string) operand {
	if len(chain) == 0 {
		return unknownObject("github")
	}
	switch chain[0] {
	case "sha":
		return part(m.commit())
	case "ref":
		return textOf(m.ref())
	case "ref_name":
		return textOf(m.refName())
	case "ref_type":
		if m.run.Tag != "" {
			return literal("tag")
		}
		return literal("branch")
	case "head_ref":
		if m.run.IsPullRequest() {
			return literal(m.run.Branch)
		}
		return literal("")
	case "base_ref":
		if m.run.IsPullRequest() {
			return literal(m.run.Base)
		}
		return literal("")
	case "event_name":
		return literal(eventName(m.run))
	case "event":
		return m.event(chain[1:])
	case "repository":
		return m.repository("path", m.provider.path, "github.repository")
	case "repository_owner":
		owner, _, _ := strings.Cut(m.provider.path, "/")
		return m.repository("owner", owner, "github.repository_owner")
	case "actor", "triggering_actor":
		return part(symbol.Part{Kind: symbol.Actor, Source: "github." + chain[0]})
	case "run_number", "run_id", "run_attempt":
		return part(symbol.Part{Kind: symbol.RunNumber, Name: chain[0], Source: "github." + chain[0]})
	case "token":
		return part(symbol.Part{Kind: symbol.Secret, Name: "GITHUB_TOKEN", Source: "github.token"})
	case "server_url":
		return literal("https://github.com")
	case "api_url":
		return literal("https://api.github.com")
	}
	return opaque(append([]string{"github"}, chain...))
}

func repository(what, source string) operand {
	return part(symbol.Part{Kind: symbol.Repository, Name: what, Source: source})
}

// repository is the name of the repository, or a part of it: as it is known, or
// what it stands for.
func (m *moment) repository(what, known, source string) operand {
	if known != "" {
		return literal(known)
	}
	return repository(what, source)
}

// eventName is the event as github.event_name has it.
func eventName(run flow.Run) string {
	name, _, _ := strings.Cut(run.Event, " ")
	return name
}

// ofMerge tells whether the run builds the merge of a pull request that nobody
// has merged.
func (m *moment) ofMerge() bool {
	return m.run.IsPullRequest() && m.run.Event == "pull_request"
}

// commit is github.sha: of a pull request the throw-away merge commit.
func (m *moment) commit() symbol.Part {
	if m.ofMerge() {
		return symbol.Part{Kind: symbol.MergeSHA, Source: "github.sha"}
	}
	return symbol.Part{Kind: symbol.SHA, Source: "github.sha"}
}

func (m *moment) ref() symbol.Value {
	switch {
	case m.run.Tag != "":
		return symbol.Text("refs/tags/" + m.run.Tag)
	case m.ofMerge():
		return symbol.Join(symbol.Text("refs/pull/"), prNumber(), symbol.Text("/merge"))
	}
	return symbol.Text("refs/heads/" + m.branch())
}

func (m *moment) refName() symbol.Value {
	switch {
	case m.run.Tag != "":
		return symbol.Text(m.run.Tag)
	case m.ofMerge():
		return symbol.Join(prNumber(), symbol.Text("/merge"))
	}
	return symbol.Text(m.branch())
}

// branch is the branch whose workflow runs: of pull_request_target the one
// that the pull request goes to.
func (m *moment) branch() string {
	if m.run.IsPullRequest() {
		return m.run.Base
	}
	return m.run.Branch
}

func prNumber() symbol.Value {
	return symbol.Of(symbol.Part{Kind: symbol.PRNumber, Source: "github.event.number"})
}

// event answers what is known of the event's own data.
func (m *moment) event(chain []string) operand {
	name := strings.Join(chain, ".")
	if strings.HasPrefix(name, "inputs.") {
		return m.input(chain[1])
	}
	if strings.HasPrefix(name, "pull_request") {
		return m.pullRequest(chain[1:], name)
	}
	switch name {
	case "repository.default_branch":
		return literal(m.defaultBranch())
	case "repository.fork", "deleted":
		return boolean(logic.No)
	case "number":
		if m.run.IsPullRequest() {
			return textOf(prNumber())
		}
		return null
	case "action":
		return m.eventAction()
	case "release.tag_name":
		return literal(m.run.Tag)
	case "workflow_run.conclusion":
		return unknown("how the other workflow ended is known only in a run")
	case "before", "after":
		return opaque(append([]string{"github", "event"}, chain...))
	}
	return unknown("github.event." + name + " is known only in a run")
}

// pullRequest answers github.event.pull_request; in a run of another event
// there is none.
func (m *moment) pullRequest(chain []string, name string) operand {
	closed := strings.HasSuffix(m.run.Event, " closed")
	if !m.run.IsPullRequest() && !closed {
		return null
	}
	switch strings.Join(chain, ".") {
	case "":
		return unknownObject("github.event.pull_request")
	case "number":
		return textOf(prNumber())
	case "head.sha":
		return part(symbol.Part{Kind: symbol.SHA, Source: "github.event.pull_request.head.sha"})
	case "head.ref":
		return literal(m.run.Branch)
	case "base.ref":
		return literal(m.run.Base)
	case "head.repo.fork":
		return boolean(logic.Is(m.run.Situation == flow.Fork))
	case "head.repo.full_name":
		if m.run.Situation == flow.Fork {
			return repository(symbol.ForkPath, "github.event.pull_request.head.repo.full_name")
		}
		return m.repository("path", m.provider.path, "github.repository")
	case "base.repo.full_name":
		return m.repository("path", m.provider.path, "github.repository")
	case "merged":
		return boolean(logic.Is(closed))
	}
	return unknown("github.event." + name + " is known only in a run")
}

// eventAction is what happened to a pull request, where the trigger says it.
func (m *moment) eventAction() operand {
	if strings.HasSuffix(m.run.Event, " closed") {
		return literal("closed")
	}
	return unknown("github.event.action is known only in a run")
}

// defaultBranch is the repository's default branch. Where it is not known, it
// is the one by which a push to it starts the workflow.
func (m *moment) defaultBranch() string {
	if m.provider.main != "" {
		return m.provider.main
	}
	if m.run.Situation == flow.Main {
		return m.run.Branch
	}
	return flow.Branches{}.RunOf(flow.Main).Branch
}
