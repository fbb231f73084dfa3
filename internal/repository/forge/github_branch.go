package forge

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
)

// gitHubRule is one rule of a ruleset that applies to a branch.
type gitHubRule struct {
	Type       string `json:"type"`
	Parameters struct {
		Approvals  *int  `json:"required_approving_review_count"`
		CodeOwners *bool `json:"require_code_owner_review"`
	} `json:"parameters"`
}

// gitHubProtection is classic branch protection.
type gitHubProtection struct {
	EnforceAdmins *enabled `json:"enforce_admins"`
	ForcePushes   *enabled `json:"allow_force_pushes"`
	Reviews       *struct {
		Approvals  *int `json:"required_approving_review_count"`
		CodeOwners bool `json:"require_code_owner_reviews"`
	} `json:"required_pull_request_reviews"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

func (e *enabled) fact() Fact[bool] {
	if e == nil {
		return Unknown[bool](tooOldServer)
	}
	return Known(e.Enabled)
}

// defaultBranch reads how the default branch is protected: by rulesets, which
// every reader may see, and by classic protection, which only administrators
// may.
func (g *GitHub) defaultBranch(ctx context.Context, s *Snapshot, name string) {
	if name == "" {
		s.miss(branchesList, "the answer names no default branch")
		return
	}
	rules, err := g.branchRules(ctx, name)
	if err != nil {
		s.miss(branchesList+"/"+name+"/rulesets", g.client.reasonOf(err))
	}
	ruled := branchByRules(rules, err, g.client)
	classic := g.classic(ctx, s, name)
	s.Branches = append(s.Branches, mergeBranch(name, ruled, classic))
}

// guards is what one of the two mechanisms says of a branch.
type guards struct {
	protected  Fact[bool]
	approvals  Fact[int]
	codeOwners Fact[bool]
	forcePush  Fact[bool] // allowed
	bypass     Fact[bool] // by administrators
}

func unknownGuards(reason string) guards {
	return guards{Unknown[bool](reason), Unknown[int](reason), Unknown[bool](reason), Unknown[bool](reason), Unknown[bool](reason)}
}

func noGuards() guards {
	return guards{Known(false), Known(0), Known(false), Known(true), Known(true)}
}

func (g *GitHub) branchRules(ctx context.Context, branch string) ([]gitHubRule, error) {
	return list(ctx, g.client, g.path+"/rules/branches/"+url.PathEscape(branch), func(body []byte) ([]gitHubRule, error) {
		var raw []struct {
			Type       string          `json:"type"`
			Parameters json.RawMessage `json:"parameters"`
		}
		if err := unmarshal(body, &raw); err != nil {
			return nil, err
		}
		rules := make([]gitHubRule, len(raw))
		for i, r := range raw {
			rules[i].Type = r.Type
			if r.Type != "pull_request" {
				continue // what others have under these names is another thing
			}
			if err := unmarshal(r.Parameters, &rules[i].Parameters); err != nil {
				return nil, err
			}
		}
		return rules, present(raw)
	})
}

// branchByRules is what rulesets say. Of several rules the strictest holds.
// Who may bypass them is told only to who may change them.
func branchByRules(rules []gitHubRule, err error, c *client) guards {
	if err != nil {
		return unknownGuards(c.reasonOf(err))
	}
	said := noGuards()
	if len(rules) == 0 {
		return said
	}
	said.protected = Known(true)
	said.bypass = Unknown[bool]("who may bypass rulesets is told to administrators only")
	for _, rule := range rules {
		switch rule.Type {
		case "pull_request":
			said.approvals = most(said.approvals, counted(rule.Parameters.Approvals, tooOldServer))
			if must := rule.Parameters.CodeOwners; must != nil && *must {
				said.codeOwners = Known(true)
			}
		case "non_fast_forward":
			said.forcePush = Known(false)
		}
	}
	return said
}

// classic reads classic protection, where there is any.
func (g *GitHub) classic(ctx context.Context, s *Snapshot, name string) guards {
	path := g.path + "/branches/" + url.PathEscape(name)
	var branch struct {
		Protected *bool `json:"protected"`
	}
	what := branchesList + "/" + name + "/protection"
	if err := g.client.object(ctx, path, &branch); err != nil {
		s.miss(what, g.client.reasonOf(err))
		return unknownGuards(s.gap(what))
	}
	if branch.Protected != nil && !*branch.Protected {
		return noGuards()
	}
	var p gitHubProtection
	err := g.client.object(ctx, path+"/protection", &p)
	var failed *failure
	if errors.As(err, &failed) && failed.message == "Branch not protected" {
		return noGuards()
	}
	if err != nil {
		s.miss(what, g.client.reasonOf(err))
		unread := unknownGuards(s.gap(what))
		unread.protected = told(branch.Protected, s.gap(what))
		return unread
	}
	return p.guards()
}

func (p *gitHubProtection) guards() guards {
	said := noGuards()
	said.protected = Known(true)
	said.forcePush = p.ForcePushes.fact()
	said.bypass = Unknown[bool](tooOldServer)
	if p.EnforceAdmins != nil {
		said.bypass = Known(!p.EnforceAdmins.Enabled)
	}
	if p.Reviews != nil {
		said.approvals = counted(p.Reviews.Approvals, tooOldServer)
		said.codeOwners = Known(p.Reviews.CodeOwners)
	}
	return said
}

// mergeBranch joins both mechanisms: a branch is as strict as the stricter.
func mergeBranch(name string, a, b guards) Branch {
	return Branch{
		Name: name, Default: true,
		Protected:          anyOf(a.protected, b.protected),
		RequiredApprovals:  most(a.approvals, b.approvals),
		CodeOwnersRequired: anyOf(a.codeOwners, b.codeOwners),
		ForcePushAllowed:   allOf(a.forcePush, b.forcePush),
		AdminsMayBypass:    allOf(a.bypass, b.bypass),
		PushAccess:         Unknown[[]Actor]("not read on GitHub"),
		MergeAccess:        Unknown[[]Actor]("not read on GitHub"),
	}
}

// allOf is whether all parts are set: a part that is known not to be decides.
func allOf(parts ...Fact[bool]) Fact[bool] {
	negated := make([]Fact[bool], len(parts))
	for i, part := range parts {
		negated[i] = isSet(part, func(set bool) bool { return !set })
	}
	return isSet(anyOf(negated...), func(set bool) bool { return !set })
}

// most is the largest of numbers that hold together. Where some are unknown,
// one above 0 is what is known at least, and stands.
func most(parts ...Fact[int]) Fact[int] {
	highest, reason := 0, ""
	for _, part := range parts {
		n, known := part.Get()
		if !known && reason == "" {
			reason = part.Unknown
		}
		highest = max(highest, n)
	}
	if reason != "" && highest == 0 {
		return Unknown[int](reason)
	}
	return Known(highest)
}
