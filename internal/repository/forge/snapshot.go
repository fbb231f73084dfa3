package forge

import (
	"slices"
	"strings"
	"time"
)

// Version is the version of the snapshot's format.
const Version = 1

// The forges.
const (
	GitHubName = "github"
	GitLabName = "gitlab"
)

// Snapshot is the settings of one repository on its forge at one time.
type Snapshot struct {
	Version       int            `json:"version"`        // of the format: 1
	Forge         string         `json:"forge"`          // github or gitlab
	Host          string         `json:"host"`           // github.com, git.example.com
	Repository    string         `json:"repository"`     // owner/name; with groups on GitLab
	Taken         time.Time      `json:"taken"`          // when, RFC 3339
	Environments  []Environment  `json:"environments"`   // by name
	GroupTiers    Fact[[]string] `json:"group_tiers"`    // GitLab: tiers of environments that groups above the project protect
	Branches      []Branch       `json:"branches"`       // GitHub: the default branch; GitLab: what is protected, and the default branch
	ApprovalRules []Rule         `json:"approval_rules"` // of merge requests; GitLab
	MergeRequests MergeRequests  `json:"merge_requests"`
	Incomplete    []Gap          `json:"incomplete"` // what could not be read, or was left out
}

// Gap is something that a snapshot lacks.
type Gap struct {
	What   string `json:"what"` // environments, branches, approval_rules, or one part of them: environments/production/branches
	Reason string `json:"reason"`
}

// The lists of a snapshot, as a [Gap] names them.
const (
	environmentsList = "environments"
	branchesList     = "branches"
	rulesList        = "approval_rules"
	mergeSettings    = "merge_requests"
)

// Environment is a deployment environment and what guards it.
type Environment struct {
	Name                string          `json:"name"`
	Exists              Fact[bool]      `json:"exists"`                // false: the first deployment creates it, unprotected
	Protected           Fact[bool]      `json:"protected"`             // anything at all guards it
	RequiredApprovals   Fact[int]       `json:"required_approvals"`    // at least so many before a deployment goes on; 0: none
	Reviewers           Fact[[]Actor]   `json:"reviewers"`             // who may give them
	SelfReviewPrevented Fact[bool]      `json:"self_review_prevented"` // who started the deployment may not approve it
	AdminsMayBypass     Fact[bool]      `json:"admins_may_bypass"`
	WaitMinutes         Fact[int]       `json:"wait_minutes"` // before a deployment starts
	Branches            Fact[RefPolicy] `json:"branches"`     // which branches and tags may deploy
	CustomGates         Fact[[]string]  `json:"custom_gates"` // GitHub: apps that must agree
	Tier                Fact[string]    `json:"tier"`         // GitLab: production, staging, …; GitHub has none: ""
	DeployAccess        Fact[[]Actor]   `json:"deploy_access"`
}

// Actor is somebody who may do something on the forge.
type Actor struct {
	Kind string `json:"kind"` // user, team, role, group, deploy-key, app
	Name string `json:"name"`
}

// The kinds of a [RefPolicy].
const (
	RefsAll        = "all"         // any branch or tag
	RefsProtected  = "protected"   // protected branches
	RefsPatterns   = "patterns"    // what matches one of the patterns
	RefsNotOffered = "not-offered" // the forge has no such setting
)

// RefPolicy says which branches and tags may deploy to an environment.
type RefPolicy struct {
	Policy   string       `json:"policy"`
	Patterns []RefPattern `json:"patterns"` // of policy patterns
}

// RefPattern is a glob over the names of branches or of tags.
type RefPattern struct {
	Kind    string `json:"kind"` // branch or tag
	Pattern string `json:"pattern"`
}

// Branch is a branch, or on GitLab a pattern of branches, and its protection.
type Branch struct {
	Name               string        `json:"name"`
	Default            bool          `json:"default"`
	Protected          Fact[bool]    `json:"protected"`
	RequiredApprovals  Fact[int]     `json:"required_approvals"` // of a pull request; on GitLab see approval_rules
	CodeOwnersRequired Fact[bool]    `json:"code_owners_required"`
	ForcePushAllowed   Fact[bool]    `json:"force_push_allowed"`
	AdminsMayBypass    Fact[bool]    `json:"admins_may_bypass"`
	PushAccess         Fact[[]Actor] `json:"push_access"`
	MergeAccess        Fact[[]Actor] `json:"merge_access"`
}

// Rule is one of GitLab's approval rules for merge requests.
type Rule struct {
	Name              string    `json:"name"`
	Kind              string    `json:"kind"` // GitLab's rule_type: regular, any_approver, …
	RequiredApprovals Fact[int] `json:"required_approvals"`
	Approvers         []Actor   `json:"approvers"`
	AllProtected      bool      `json:"all_protected_branches"` // holds for every protected branch
	Branches          []string  `json:"branches"`               // else for these; for all where there are none
}

// MergeRequests is what holds for every merge request of a GitLab project.
type MergeRequests struct {
	AuthorMayApprove     Fact[bool] `json:"author_may_approve"`
	CommittersMayApprove Fact[bool] `json:"committers_may_approve"`
}

// Environment returns what is known of an environment. GitHub does not tell
// upper from lower case in their names, GitLab does. One that is not there
// while all could be read exists nowhere, and so is unprotected; of any other,
// and on a nil snapshot, everything is unknown.
func (s *Snapshot) Environment(name string) Environment {
	if s == nil {
		return unknownEnvironment(name, "the forge's settings were not read")
	}
	for _, e := range s.Environments {
		if s.sameName(e.Name, name) {
			return e
		}
	}
	if reason := s.gap(environmentsList); reason != "" {
		return unknownEnvironment(name, reason)
	}
	if s.Forge == GitLabName {
		return s.missingOnGitLab(name)
	}
	return missingEnvironment(name)
}

// sameName tells whether two names are those of one environment.
func (s *Snapshot) sameName(a, b string) bool { return s.nameKey(a) == s.nameKey(b) }

// nameKey is the same for all names of one environment.
func (s *Snapshot) nameKey(name string) string {
	if s.Forge == GitHubName {
		return strings.ToLower(name)
	}
	return name
}

// gap is why something is not whole, "" where it is.
func (s *Snapshot) gap(what string) string {
	i := slices.IndexFunc(s.Incomplete, func(g Gap) bool { return g.What == what })
	if i < 0 {
		return ""
	}
	return s.Incomplete[i].Reason
}

// Unread is what was asked for and could not be read.
func (s *Snapshot) Unread() []Gap {
	return slices.DeleteFunc(slices.Clone(s.Incomplete), func(g Gap) bool { return g.Reason == onlyAsked })
}

// miss notes a gap, once for the same thing.
func (s *Snapshot) miss(what, reason string) {
	if s.gap(what) == "" {
		s.Incomplete = append(s.Incomplete, Gap{What: what, Reason: reason})
	}
}

func unknownEnvironment(name, reason string) Environment {
	return Environment{
		Name:                name,
		Exists:              Unknown[bool](reason),
		Protected:           Unknown[bool](reason),
		RequiredApprovals:   Unknown[int](reason),
		Reviewers:           Unknown[[]Actor](reason),
		SelfReviewPrevented: Unknown[bool](reason),
		AdminsMayBypass:     Unknown[bool](reason),
		WaitMinutes:         Unknown[int](reason),
		Branches:            Unknown[RefPolicy](reason),
		CustomGates:         Unknown[[]string](reason),
		Tier:                Unknown[string](reason),
		DeployAccess:        Unknown[[]Actor](reason),
	}
}

// missingEnvironment is one that the forge does not have: a deployment to it
// creates it, and nothing guards it.
func missingEnvironment(name string) Environment {
	return Environment{
		Name:                name,
		Exists:              Known(false),
		Protected:           Known(false),
		RequiredApprovals:   Known(0),
		Reviewers:           Known([]Actor{}),
		SelfReviewPrevented: Known(false),
		AdminsMayBypass:     Known(true),
		WaitMinutes:         Known(0),
		Branches:            Known(RefPolicy{Policy: RefsAll, Patterns: []RefPattern{}}),
		CustomGates:         Known([]string{}),
		Tier:                Known(""),
		DeployAccess:        Known([]Actor{writers}),
	}
}
