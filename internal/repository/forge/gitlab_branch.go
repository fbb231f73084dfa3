package forge

import (
	"context"
	"strings"
)

type gitLabBranch struct {
	Name        string         `json:"name"`
	PushAccess  []gitLabAccess `json:"push_access_levels"`
	MergeAccess []gitLabAccess `json:"merge_access_levels"`
	ForcePush   *bool          `json:"allow_force_push"`
	CodeOwners  *bool          `json:"code_owner_approval_required"`
}

// byRules is why a branch of GitLab has no number of approvals of its own.
const byRules = "on GitLab approval rules say it: approval_rules"

// branches reads the protected branches, some of them patterns, and adds the
// default branch where none of them covers it.
func (g *GitLab) branches(ctx context.Context, s *Snapshot, defaultBranch string) {
	found, err := list(ctx, g.client, g.path+"/protected_branches", array[gitLabBranch])
	if err != nil {
		s.miss(branchesList, g.client.reasonOf(err))
	}
	covered := false
	for _, b := range found {
		isDefault := defaultBranch != "" && matches(b.Name, defaultBranch)
		covered = covered || isDefault
		s.Branches = append(s.Branches, b.branch(isDefault))
	}
	if !covered && err == nil && defaultBranch != "" {
		s.Branches = append(s.Branches, unprotectedBranch(defaultBranch))
	}
}

func (b gitLabBranch) branch(isDefault bool) Branch {
	return Branch{
		Name: b.Name, Default: isDefault,
		Protected:          Known(true),
		RequiredApprovals:  Unknown[int](byRules),
		CodeOwnersRequired: told(b.CodeOwners, otherEdition),
		ForcePushAllowed:   told(b.ForcePush, otherEdition),
		AdminsMayBypass:    Unknown[bool](otherEdition),
		PushAccess:         Known(actors(b.PushAccess)),
		MergeAccess:        Known(actors(b.MergeAccess)),
	}
}

func unprotectedBranch(name string) Branch {
	return Branch{
		Name: name, Default: true,
		Protected:          Known(false),
		RequiredApprovals:  Unknown[int](byRules),
		CodeOwnersRequired: Known(false),
		ForcePushAllowed:   Known(true),
		AdminsMayBypass:    Known(true),
		PushAccess:         Known([]Actor{developers}),
		MergeAccess:        Known([]Actor{developers}),
	}
}

// matches tells whether a pattern in which * stands for any characters covers
// a name. The rest after the first * is looked for from where it may start
// first, so it takes one pass.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(name, first) || !strings.HasSuffix(name[len(first):], last) {
		return false
	}
	rest := name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}
