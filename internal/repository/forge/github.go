package forge

import (
	"context"
	"net/http"
	"net/url"
)

// GitHub reads the settings of one repository on GitHub, or on a server of
// GitHub Enterprise.
//
// A token needs to read contents and Actions of the repository; classic branch
// protection takes Administration as well, and is unknown without.
type GitHub struct {
	options Options
	client  *client
	path    string // /repos/owner/name
}

const (
	gitHubAPI    = "https://api.github.com"
	tooOldServer = "this server does not tell"
)

// writers are who may deploy where no list of people says otherwise.
var writers = Actor{Kind: "role", Name: "write"}

// NewGitHub refuses options that name no repository, or an API that the token
// must not go to.
func NewGitHub(o Options) (*GitHub, error) {
	if err := checkRepository(o.Repository, gitHubName, "owner/name"); err != nil {
		return nil, err
	}
	c, err := newClient(o, gitHubAPI, gitHubAccept())
	if err != nil {
		return nil, err
	}
	return &GitHub{options: o, client: c, path: "/repos/" + o.Repository}, nil
}

// gitHubAccept asks for the version of the API that answers are read as.
func gitHubAccept() http.Header {
	return http.Header{
		"Accept":               {"application/vnd.github+json"},
		"X-Github-Api-Version": {"2022-11-28"},
	}
}

// Host is the forge's name for people: github.com.
func (g *GitHub) Host() string {
	if host := g.client.base.Hostname(); host != "api.github.com" {
		return host
	}
	return "github.com"
}

// Snapshot reads the settings. What the token may not see is unknown in it; an
// error means that not even the repository could be read.
func (g *GitHub) Snapshot(ctx context.Context) (*Snapshot, error) {
	return g.client.take(ctx, begin(GitHubName, g.Host(), g.options), g.read)
}

func (g *GitHub) read(ctx context.Context, s *Snapshot) error {
	var repository struct {
		DefaultBranch string `json:"default_branch"`
	}
	if err := g.client.object(ctx, g.path, &repository); err != nil {
		return err
	}
	s.GroupTiers = Known([]string{})
	s.MergeRequests = MergeRequests{AuthorMayApprove: Known(false), CommittersMayApprove: Unknown[bool]("GitHub has no such setting")}
	g.environments(ctx, s)
	g.defaultBranch(ctx, s, repository.DefaultBranch)
	return nil
}

func (g *GitHub) environmentPath(name string) string {
	return g.path + "/environments/" + url.PathEscape(name)
}
