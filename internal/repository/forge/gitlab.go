package forge

import (
	"context"
	"net/url"
)

// GitLab reads the settings of one project on gitlab.com or on a server of
// one's own.
//
// A token with scope read_api of somebody with the role Maintainer sees all of
// them. Protected environments and approval rules are part of the paid tiers;
// elsewhere GitLab answers as if they could not be seen, so they are unknown.
type GitLab struct {
	options Options
	client  *client
	path    string // /projects/group%2Fname
}

const (
	gitLabAPI    = "https://gitlab.com/api/v4"
	otherEdition = "this GitLab does not tell"
)

// NewGitLab refuses options that name no project, or an API that the token
// must not go to.
func NewGitLab(o Options) (*GitLab, error) {
	if err := checkRepository(o.Repository, gitLabName, "group/name, with all groups"); err != nil {
		return nil, err
	}
	c, err := newClient(o, gitLabAPI, nil)
	if err != nil {
		return nil, err
	}
	return &GitLab{options: o, client: c, path: "/projects/" + url.PathEscape(o.Repository)}, nil
}

// Host is the forge's name for people: gitlab.com.
func (g *GitLab) Host() string { return g.client.base.Hostname() }

// gitLabProject is what the project itself tells.
type gitLabProject struct {
	DefaultBranch string `json:"default_branch"`
	Namespace     struct {
		Kind string `json:"kind"` // group or user
		Path string `json:"full_path"`
	} `json:"namespace"`
	TriggererMayApprove *bool `json:"allow_pipeline_trigger_approve_deployment"`
}

// Snapshot reads the settings. What the token may not see is unknown in it; an
// error means that not even the project could be read.
func (g *GitLab) Snapshot(ctx context.Context) (*Snapshot, error) {
	return g.client.take(ctx, begin(GitLabName, g.Host(), g.options), g.read)
}

func (g *GitLab) read(ctx context.Context, s *Snapshot) error {
	var project gitLabProject
	if err := g.client.object(ctx, g.path, &project); err != nil {
		return err
	}
	g.environments(ctx, s, project)
	g.branches(ctx, s, project.DefaultBranch)
	g.approvals(ctx, s)
	return nil
}
