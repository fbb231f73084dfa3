package forge

import (
	"context"
	"net/url"
	"slices"
)

type gitLabEnvironment struct {
	Name string  `json:"name"`
	Tier *string `json:"tier"`
}

// developers are who may deploy to an environment that is not protected.
var developers = Actor{Kind: "role", Name: "Developers + Maintainers"}

// noTier is why the tier of a missing environment is unknown.
const noTier = "the environment's first deployment settles its tier, and so what groups protect it with"

func (g *GitLab) environments(ctx context.Context, s *Snapshot, project gitLabProject) {
	gates := g.gates(ctx, s, project)
	s.GroupTiers = gates.tiers()
	found, err := g.list(ctx)
	if err != nil {
		s.miss(environmentsList, g.client.reasonOf(err))
	}
	for _, e := range found {
		if e.Name == "" {
			s.miss(environmentsList, "an environment has no name")
		} else if !holds(s, e.Name) {
			s.Environments = append(s.Environments, gitLabEnv(e.Name, Known(true), told(e.Tier, otherEdition), gates))
		}
	}
	g.unlisted(s, gates)
	if len(g.options.Environments) > 0 {
		s.miss(environmentsList, onlyAsked)
	}
}

// list reads all environments, or those asked for by name: there may be one
// for every merge request.
func (g *GitLab) list(ctx context.Context) ([]gitLabEnvironment, error) {
	if len(g.options.Environments) == 0 {
		return list(ctx, g.client, g.path+"/environments", array[gitLabEnvironment])
	}
	var found []gitLabEnvironment
	for _, name := range g.options.Environments {
		more, err := list(ctx, g.client, g.path+"/environments?name="+url.QueryEscape(name), array[gitLabEnvironment])
		if err != nil {
			return found, err
		}
		for _, e := range more {
			if e.Name == name {
				found = append(found, e)
			}
		}
	}
	return found, nil
}

// unlisted adds environments that are protected and not listed, and those that
// were asked for and do not exist.
func (g *GitLab) unlisted(s *Snapshot, gates gitLabGates) {
	asked := g.options.Environments
	names := slices.Clone(asked)
	for _, gate := range gates.project {
		if gate.Name != "" && (len(asked) == 0 || slices.Contains(asked, gate.Name)) {
			names = append(names, gate.Name)
		}
	}
	exists := Known(false)
	tier := Unknown[string](noTier)
	if gap := s.gap(environmentsList); gap != "" {
		exists, tier = Unknown[bool](gap), Unknown[string](gap)
	}
	for _, name := range names {
		if !holds(s, name) {
			s.Environments = append(s.Environments, gitLabEnv(name, exists, tier, gates))
		}
	}
}

// gitLabEnv joins what protects an environment. All of it holds together, so
// the number of approvals is the highest; where a part could not be read,
// what was read is the least that is known.
func gitLabEnv(name string, exists Fact[bool], tier Fact[string], all gitLabGates) Environment {
	env := missingEnvironment(name)
	env.Exists, env.Tier = exists, tier
	env.Branches = Known(RefPolicy{Policy: RefsNotOffered, Patterns: []RefPattern{}})
	env.AdminsMayBypass = Unknown[bool](otherEdition)
	gates, gap := all.of(name, tier)
	env.Protected = protectedBy(gates, gap)
	required := []Fact[int]{Known(0)}
	reviewers, access := []Actor{}, []Actor{}
	for _, gate := range gates {
		required = append(required, gate.required())
		reviewers = append(reviewers, gate.reviewers()...)
		access = append(access, actors(gate.DeployAccess)...)
	}
	if gap != "" {
		required = append(required, Unknown[int](gap))
	}
	env.RequiredApprovals = most(required...)
	env.Reviewers = allRead(reviewers, gap)
	env.SelfReviewPrevented = selfReview(all.selfReview, env.RequiredApprovals)
	env.DeployAccess = allRead(access, gap)
	if Is(env.Protected, false) {
		env.DeployAccess = Known([]Actor{developers})
	}
	return env
}

func protectedBy(gates []gitLabGate, gap string) Fact[bool] {
	switch {
	case len(gates) > 0:
		return Known(true)
	case gap != "":
		return Unknown[bool](gap)
	}
	return Known(false)
}

// allRead is a list of people, unknown where some of it was not read and
// nobody is known.
func allRead(people []Actor, gap string) Fact[[]Actor] {
	if len(people) == 0 && gap != "" {
		return Unknown[[]Actor](gap)
	}
	return Known(people)
}

// selfReview is whether who started a deployment is kept from approving it:
// where nobody must approve, nothing keeps anybody.
func selfReview(prevented Fact[bool], required Fact[int]) Fact[bool] {
	if Is(required, 0) {
		return Known(false)
	}
	return prevented
}

// missingOnGitLab is an environment that does not exist. A group may protect
// it by its tier, which nobody knows yet.
func (s *Snapshot) missingOnGitLab(name string) Environment {
	gates := gitLabGates{selfReview: Unknown[bool](noTier)}
	if tiers, known := s.GroupTiers.Get(); !known {
		gates.groupsGap = s.GroupTiers.Unknown
	} else if len(tiers) > 0 {
		gates.groupsGap = noTier
	}
	gates.projectGap = s.gap(environmentsList + "/protected")
	return gitLabEnv(name, Known(false), Unknown[string](noTier), gates)
}
