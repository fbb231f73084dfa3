package forge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// gitHubEnvironment is an environment as the API lists it. What may be missing
// or null is kept apart from false.
type gitHubEnvironment struct {
	Name            string          `json:"name"`
	ProtectionRules []gitHubGate    `json:"protection_rules"`
	BranchPolicy    json.RawMessage `json:"deployment_branch_policy"`
	AdminsMayBypass *bool           `json:"can_admins_bypass"`
}

type gitHubGate struct {
	Type              string           `json:"type"`
	WaitTimer         *int             `json:"wait_timer"`
	PreventSelfReview *bool            `json:"prevent_self_review"`
	Reviewers         []gitHubReviewer `json:"reviewers"`
}

type gitHubReviewer struct {
	Type     string `json:"type"`
	Reviewer struct {
		Login string `json:"login"`
		Slug  string `json:"slug"`
		Name  string `json:"name"`
	} `json:"reviewer"`
}

// environments reads all environments, and the details of those asked for.
func (g *GitHub) environments(ctx context.Context, s *Snapshot) {
	total := 0
	found, err := list(ctx, g.client, g.path+"/environments", func(body []byte) ([]gitHubEnvironment, error) {
		var page struct {
			Total        int                 `json:"total_count"`
			Environments []gitHubEnvironment `json:"environments"`
		}
		if err := unmarshal(body, &page); err != nil {
			return nil, err
		}
		total = page.Total
		return page.Environments, present(page.Environments)
	})
	switch {
	case err != nil:
		s.miss(environmentsList, g.client.reasonOf(err))
	case total > len(found):
		s.miss(environmentsList, fmt.Sprintf("GitHub counts %d environments and lists %d", total, len(found)))
	}
	for _, e := range found {
		if e.Name == "" {
			s.miss(environmentsList, "an environment has no name")
		} else if g.isAsked(s, e.Name) && !holds(s, e.Name) {
			s.Environments = append(s.Environments, g.environment(ctx, s, e))
		}
	}
	g.onlyAsked(s)
}

func (g *GitHub) isAsked(s *Snapshot, name string) bool {
	return len(g.options.Environments) == 0 ||
		slices.ContainsFunc(g.options.Environments, func(asked string) bool { return s.sameName(asked, name) })
}

func holds(s *Snapshot, name string) bool {
	return slices.ContainsFunc(s.Environments, func(e Environment) bool { return s.sameName(e.Name, name) })
}

// onlyAsked adds what is known of environments that were asked for by name and
// not found, and says that nothing is known of others.
func (g *GitHub) onlyAsked(s *Snapshot) {
	for _, name := range g.options.Environments {
		if !holds(s, name) {
			s.Environments = append(s.Environments, s.Environment(name))
		}
	}
	if len(g.options.Environments) > 0 {
		s.miss(environmentsList, onlyAsked)
	}
}

func (g *GitHub) environment(ctx context.Context, s *Snapshot, e gitHubEnvironment) Environment {
	env := missingEnvironment(e.Name)
	env.Exists = Known(true)
	env.AdminsMayBypass = told(e.AdminsMayBypass, tooOldServer)
	g.readGates(s, &env, e.ProtectionRules)
	env.Branches = g.branchPolicy(ctx, s, e)
	env.CustomGates = g.customGates(ctx, s, e.Name)
	env.Protected = anyOf(
		isSet(env.RequiredApprovals, positive), isSet(env.WaitMinutes, positive),
		isSet(env.Branches, func(r RefPolicy) bool { return r.Policy != RefsAll }),
		isSet(env.CustomGates, func(apps []string) bool { return len(apps) > 0 }))
	return env
}

// readGates reads the rules that a deployment waits for. One of the reviewers
// is enough for GitHub, so required approvals are 1 or 0.
func (g *GitHub) readGates(s *Snapshot, env *Environment, gates []gitHubGate) {
	if gates == nil {
		g.unreadGates(s, env, "the answer lacks protection_rules")
		return
	}
	for _, gate := range gates {
		switch gate.Type {
		case "required_reviewers":
			readReviewers(env, gate)
		case "wait_timer":
			env.WaitMinutes = counted(gate.WaitTimer, tooOldServer)
		case "branch_policy": // told by deployment_branch_policy
		default:
			reason := fmt.Sprintf("the environment has a protection rule of a kind that guard does not know: %q", gate.Type)
			s.miss(environmentsList+"/"+env.Name+"/protection_rules", g.client.redact(reason))
			if Is(env.RequiredApprovals, 0) {
				env.RequiredApprovals = Unknown[int](reason)
			}
		}
	}
}

func (g *GitHub) unreadGates(s *Snapshot, env *Environment, reason string) {
	s.miss(environmentsList+"/"+env.Name+"/protection_rules", reason)
	env.RequiredApprovals = Unknown[int](reason)
	env.Reviewers = Unknown[[]Actor](reason)
	env.SelfReviewPrevented = Unknown[bool](reason)
	env.WaitMinutes = Unknown[int](reason)
}

func readReviewers(env *Environment, gate gitHubGate) {
	env.SelfReviewPrevented = told(gate.PreventSelfReview, tooOldServer)
	if len(gate.Reviewers) == 0 {
		env.RequiredApprovals = Unknown[int]("the environment demands reviewers and names none")
		env.Reviewers = Unknown[[]Actor]("the environment demands reviewers and names none")
		return
	}
	actors := []Actor{}
	for _, r := range gate.Reviewers {
		name := r.Reviewer.Login
		if name == "" {
			name = r.Reviewer.Slug
		}
		if name == "" {
			name = r.Reviewer.Name
		}
		actors = append(actors, Actor{Kind: strings.ToLower(r.Type), Name: name})
	}
	env.RequiredApprovals, env.Reviewers = Known(1), Known(actors)
}

// branchPolicy reads which branches and tags may deploy. Null means all.
func (g *GitHub) branchPolicy(ctx context.Context, s *Snapshot, e gitHubEnvironment) Fact[RefPolicy] {
	var policy struct {
		Protected *bool `json:"protected_branches"`
		Custom    *bool `json:"custom_branch_policies"`
	}
	what := environmentsList + "/" + e.Name + "/branches"
	err := json.Unmarshal(e.BranchPolicy, &policy)
	switch {
	case bytes.Equal(e.BranchPolicy, []byte("null")):
		return Known(RefPolicy{Policy: RefsAll, Patterns: []RefPattern{}})
	case err != nil || policy.Protected == nil || policy.Custom == nil || *policy.Protected == *policy.Custom:
		s.miss(what, "the answer lacks deployment_branch_policy, or says two things")
		return Unknown[RefPolicy](s.gap(what))
	case *policy.Protected:
		return Known(RefPolicy{Policy: RefsProtected, Patterns: []RefPattern{}})
	}
	patterns, err := g.patterns(ctx, e.Name)
	if err != nil {
		s.miss(what, g.client.reasonOf(err))
		return Unknown[RefPolicy](s.gap(what))
	}
	return Known(RefPolicy{Policy: RefsPatterns, Patterns: patterns})
}

func (g *GitHub) patterns(ctx context.Context, environment string) ([]RefPattern, error) {
	type policy struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	found, err := list(ctx, g.client, g.environmentPath(environment)+"/deployment-branch-policies", func(body []byte) ([]policy, error) {
		var page struct {
			Policies []policy `json:"branch_policies"`
		}
		if err := unmarshal(body, &page); err != nil {
			return nil, err
		}
		return page.Policies, present(page.Policies)
	})
	patterns := []RefPattern{}
	for _, p := range found {
		kind := p.Type
		if kind == "" { // servers that know branches only
			kind = "branch"
		}
		patterns = append(patterns, RefPattern{Kind: kind, Pattern: p.Name})
	}
	return patterns, err
}

// customGates reads the apps that must agree to a deployment.
func (g *GitHub) customGates(ctx context.Context, s *Snapshot, environment string) Fact[[]string] {
	var page struct {
		Rules []struct {
			Enabled bool `json:"enabled"`
			App     struct {
				Slug string `json:"slug"`
			} `json:"app"`
		} `json:"custom_deployment_protection_rules"`
	}
	err := g.client.object(ctx, g.environmentPath(environment)+"/deployment_protection_rules", &page)
	if err == nil {
		err = present(page.Rules)
	}
	if err != nil {
		what := environmentsList + "/" + environment + "/custom_gates"
		s.miss(what, g.client.reasonOf(err))
		return Unknown[[]string](s.gap(what))
	}
	apps := []string{}
	for _, rule := range page.Rules {
		if rule.Enabled {
			apps = append(apps, rule.App.Slug)
		}
	}
	return Known(apps)
}
