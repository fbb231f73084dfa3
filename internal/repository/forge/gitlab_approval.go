package forge

import "context"

type gitLabRule struct {
	Name     string `json:"name"`
	Type     string `json:"rule_type"`
	Required *int   `json:"approvals_required"`
	Users    []struct {
		Name string `json:"username"`
	} `json:"users"`
	Groups []struct {
		Path string `json:"full_path"`
		Name string `json:"name"`
	} `json:"groups"`
	HiddenGroups bool `json:"contains_hidden_groups"`
	AllProtected bool `json:"applies_to_all_protected_branches"`
	Branches     []struct {
		Name string `json:"name"`
	} `json:"protected_branches"`
}

// approvals reads how merge requests are approved.
func (g *GitLab) approvals(ctx context.Context, s *Snapshot) {
	found, err := list(ctx, g.client, g.path+"/approval_rules", array[gitLabRule])
	if err != nil {
		s.miss(rulesList, g.client.reasonOf(err))
	}
	for _, r := range found {
		s.ApprovalRules = append(s.ApprovalRules, r.rule())
	}
	s.MergeRequests = g.mergeRequests(ctx, s)
}

func (r gitLabRule) rule() Rule {
	rule := Rule{
		Name: r.Name, Kind: r.Type, AllProtected: r.AllProtected,
		RequiredApprovals: counted(r.Required, otherEdition),
		Approvers:         []Actor{},
		Branches:          []string{},
	}
	for _, u := range r.Users {
		rule.Approvers = append(rule.Approvers, Actor{Kind: "user", Name: u.Name})
	}
	for _, group := range r.Groups {
		name := group.Path
		if name == "" {
			name = group.Name
		}
		rule.Approvers = append(rule.Approvers, Actor{Kind: "group", Name: name})
	}
	if r.HiddenGroups {
		rule.Approvers = append(rule.Approvers, Actor{Kind: "group", Name: "groups that the token may not see"})
	}
	for _, b := range r.Branches {
		rule.Branches = append(rule.Branches, b.Name)
	}
	return rule
}

func (g *GitLab) mergeRequests(ctx context.Context, s *Snapshot) MergeRequests {
	var settings struct {
		Author           *bool `json:"merge_requests_author_approval"`
		CommittersMayNot *bool `json:"merge_requests_disable_committers_approval"`
	}
	if err := g.client.object(ctx, g.path+"/approvals", &settings); err != nil {
		s.miss(mergeSettings, g.client.reasonOf(err))
		reason := s.gap(mergeSettings)
		return MergeRequests{Unknown[bool](reason), Unknown[bool](reason)}
	}
	mayNot := told(settings.CommittersMayNot, otherEdition)
	return MergeRequests{
		AuthorMayApprove:     told(settings.Author, otherEdition),
		CommittersMayApprove: isSet(mayNot, func(mayNot bool) bool { return !mayNot }),
	}
}
