package forge

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// gitLabAccess is who may do something, or must agree to it.
type gitLabAccess struct {
	UserID      *int   `json:"user_id"`
	GroupID     *int   `json:"group_id"`
	DeployKeyID *int   `json:"deploy_key_id"`
	Level       *int   `json:"access_level"`
	Description string `json:"access_level_description"`
	Required    *int   `json:"required_approvals"` // of an approval rule
}

// noAccess is the level of a role that nobody has.
const noAccess = 0

func (a gitLabAccess) actor() Actor {
	switch {
	case a.UserID != nil:
		return Actor{Kind: "user", Name: a.named("user", *a.UserID)}
	case a.GroupID != nil:
		return Actor{Kind: "group", Name: a.named("group", *a.GroupID)}
	case a.DeployKeyID != nil:
		return Actor{Kind: "deploy-key", Name: a.named("deploy key", *a.DeployKeyID)}
	}
	return Actor{Kind: "role", Name: a.role()}
}

func (a gitLabAccess) named(what string, id int) string {
	if a.Description != "" {
		return a.Description
	}
	return fmt.Sprintf("%s %d", what, id)
}

func (a gitLabAccess) role() string {
	switch {
	case a.Description != "":
		return a.Description
	case a.Level == nil:
		return "unnamed"
	}
	return fmt.Sprintf("level %d", *a.Level)
}

// actors lists who has access; a role that nobody has is nobody.
func actors(access []gitLabAccess) []Actor {
	list := []Actor{}
	for _, a := range access {
		isNobody := a.UserID == nil && a.GroupID == nil && a.DeployKeyID == nil && a.Level != nil && *a.Level == noAccess
		if actor := a.actor(); !isNobody && !slices.Contains(list, actor) {
			list = append(list, actor)
		}
	}
	return list
}

// gitLabGate is a protected environment of a project, or a protected tier of a
// group.
type gitLabGate struct {
	Name          string         `json:"name"`
	DeployAccess  []gitLabAccess `json:"deploy_access_levels"`
	Required      *int           `json:"required_approval_count"`
	ApprovalRules []gitLabAccess `json:"approval_rules"`
}

// required is how many approvals at least a deployment waits for: every rule
// must be met, and one approval may meet several.
func (p gitLabGate) required() Fact[int] {
	facts := []Fact[int]{counted(p.Required, otherEdition)}
	for _, rule := range p.ApprovalRules {
		facts = append(facts, counted(rule.Required, otherEdition))
	}
	return most(facts...)
}

// reviewers are who may approve. With a number and no rules it is who may
// deploy.
func (p gitLabGate) reviewers() []Actor {
	if len(p.ApprovalRules) == 0 && p.Required != nil && *p.Required > 0 {
		return actors(p.DeployAccess)
	}
	return actors(p.ApprovalRules)
}

// gitLabGates is what protects environments, each part with why it could not
// be read: "" where it was.
type gitLabGates struct {
	project    []gitLabGate
	projectGap string
	groups     []gitLabGate
	groupsGap  string
	selfReview Fact[bool] // prevented
}

// gates reads what the project protects by name, and what the groups above it
// protect by tier.
func (g *GitLab) gates(ctx context.Context, s *Snapshot, project gitLabProject) gitLabGates {
	gates := gitLabGates{selfReview: isSet(told(project.TriggererMayApprove, otherEdition), func(may bool) bool { return !may })}
	var err error
	gates.project, err = list(ctx, g.client, g.path+"/protected_environments", array[gitLabGate])
	if err != nil {
		gates.projectGap = g.client.reasonOf(err)
		s.miss(environmentsList+"/protected", gates.projectGap)
	}
	switch {
	case project.Namespace.Kind == "user": // a person's own project has no groups
	case !strings.HasPrefix(g.options.Repository, project.Namespace.Path+"/"):
		gates.groupsGap = "the answer names no group of the project"
		s.miss(environmentsList+"/protected/groups", gates.groupsGap)
	default:
		g.groupGates(ctx, s, &gates, project.Namespace.Path)
	}
	return gates
}

// groupGates asks the groups from the nearest upwards.
func (g *GitLab) groupGates(ctx context.Context, s *Snapshot, gates *gitLabGates, group string) {
	for group != "" {
		found, err := list(ctx, g.client, "/groups/"+url.PathEscape(group)+"/protected_environments", array[gitLabGate])
		gates.groups = append(gates.groups, found...)
		if err != nil && gates.groupsGap == "" {
			gates.groupsGap = fmt.Sprintf("group %s: %s", group, g.client.reasonOf(err))
			s.miss(environmentsList+"/protected/groups", gates.groupsGap)
		}
		parent := strings.LastIndexByte(group, '/')
		group = group[:max(parent, 0)]
	}
}

// tiers are the tiers that groups protect.
func (p gitLabGates) tiers() Fact[[]string] {
	if p.groupsGap != "" {
		return Unknown[[]string](p.groupsGap)
	}
	names := []string{}
	for _, gate := range p.groups {
		names = append(names, gate.Name)
	}
	slices.Sort(names)
	return Known(slices.Compact(names))
}

// of are the gates of one environment, and why there may be more of them.
func (p gitLabGates) of(name string, tier Fact[string]) (gates []gitLabGate, gap string) {
	for _, gate := range p.project {
		if gate.Name == name {
			gates = append(gates, gate)
		}
	}
	value, known := tier.Get()
	for _, gate := range p.groups {
		if known && gate.Name == value {
			gates = append(gates, gate)
		}
	}
	switch {
	case p.projectGap != "" && !slices.ContainsFunc(p.project, func(g gitLabGate) bool { return g.Name == name }):
		return gates, p.projectGap
	case p.groupsGap != "":
		return gates, p.groupsGap
	case !known && len(p.groups) > 0:
		return gates, tier.Unknown
	}
	return gates, ""
}
