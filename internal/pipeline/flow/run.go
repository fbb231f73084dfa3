package flow

import "slices"

// Situation is what happened that may start a pipeline, in words that fit all
// providers.
type Situation string

// The situations that every pipeline is asked about, and Other for whatever
// else starts it.
const (
	Fork        Situation = "fork"         // a pull request from a fork
	PullRequest Situation = "pull-request" // a pull request from a branch of the repository
	Feature     Situation = "feature"      // a push to a feature branch
	Develop     Situation = "develop"      // a push to the integration branch
	Main        Situation = "main"         // a push to the default branch
	Hotfix      Situation = "hotfix"       // a push to a hotfix branch
	Tag         Situation = "tag"          // a release tag is pushed, or a release published
	Schedule    Situation = "schedule"     // the clock
	Manual      Situation = "manual"       // a person starts it, on the default branch
	MergeQueue  Situation = "merge-queue"  // a merge queue or train tries a merge
	Other       Situation = "other"        // another event: a comment, another pipeline, an API call
)

// Situations lists those that every pipeline is asked about, in the order in
// which tables show them.
var Situations = []Situation{Fork, PullRequest, Feature, Develop, Main, Hotfix, Tag, Schedule, Manual, MergeQueue}

// Run is one way a pipeline can start: an event of its provider in a
// situation.
type Run struct {
	Situation Situation
	Event     string // the provider's name of it
	Branch    string // whose commit is built; of a pull request, the branch it comes from; "" for a tag
	Base      string // of a pull request and a merge queue: the branch it goes to
	Tag       string // the Git tag; "" where a branch is built
}

// ID names the run within its pipeline.
func (r Run) ID() string {
	if r.Situation == Other {
		return "other-" + r.what()
	}
	if r.Event == "" || slices.Contains(plainEvents, r.Event) && !r.ofBranch() {
		return string(r.Situation)
	}
	return string(r.Situation) + "-" + r.Event
}

// what is the event, and of a push the branch or tag too.
func (r Run) what() string {
	switch {
	case r.Event != "push":
		return r.Event
	case r.Tag != "":
		return r.Event + "-tag-" + r.Tag
	}
	return r.Event + "-" + r.Branch
}

// ofBranch tells whether a pull request is tried by the pipeline of its branch,
// as on GitLab.
func (r Run) ofBranch() bool { return r.IsPullRequest() && r.Event == "push" }

// plainEvents are the usual events of the situations; a run by another event
// is named after it.
var plainEvents = []string{
	"push", "pull_request", "schedule", "workflow_dispatch", "merge_group", // GitHub
	"merge_request_event", "web", // GitLab
	"pr", "manual", // Azure
}

// Title says for people what starts the run.
func (r Run) Title() string {
	switch r.Situation {
	case Fork:
		return "pull request from a fork" + r.byEvent("pull_request", "merge_request_event", "pr")
	case PullRequest:
		return "pull request" + r.byEvent("pull_request", "merge_request_event", "pr")
	case Tag:
		if r.Event == "release" {
			return "published release"
		}
		return "push of tag " + r.Tag
	case Schedule:
		return "schedule"
	case Manual:
		return "manual start"
	case MergeQueue:
		return "merge queue"
	case Other:
		switch {
		case r.Event != "push":
			return "event " + r.Event
		case r.Tag != "":
			return "push of tag " + r.Tag
		}
		return "push to " + r.Branch
	default:
		return "push to " + r.Branch
	}
}

func (r Run) byEvent(usual ...string) string {
	if slices.Contains(usual, r.Event) {
		return ""
	}
	return " (" + r.Event + ")"
}

// Untrusted tells whether somebody without write access starts the run.
func (r Run) Untrusted() bool { return r.Situation == Fork }

// IsPullRequest tells whether a pull request starts the run.
func (r Run) IsPullRequest() bool { return r.Situation == Fork || r.Situation == PullRequest }

// Branches are the names that stand for the branches of the situations. The
// zero value means the usual ones.
type Branches struct {
	Main    string // the default branch; "" for main
	Develop string // "" for develop
}

// RunOf is a situation as a run, without its event.
func (b Branches) RunOf(s Situation) Run {
	main, develop := orElse(b.Main, "main"), orElse(b.Develop, "develop")
	run := Run{Situation: s, Branch: main}
	switch s {
	case Fork, PullRequest:
		run.Branch, run.Base = "feature/x", main
	case Feature:
		run.Branch = "feature/x"
	case Develop:
		run.Branch = develop
	case Hotfix:
		run.Branch = "hotfix/x"
	case Tag:
		run.Branch, run.Tag = "", "v1.2.3"
	case MergeQueue:
		run.Branch, run.Base = "gh-readonly-queue/"+main+"/pr-12-4f1c0de9a7b35d2c6e8f0a1b2c3d4e5f60718293", main
	}
	return run
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}
