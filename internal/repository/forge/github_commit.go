package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// GitHubCommits finds out which commits the tags and branches of repositories
// on GitHub name. What everybody may see needs no token. It is safe for
// concurrent use; it asks for one thing at a time. All it is asked for must be
// found out within Limits.Total of the first question.
type GitHubCommits struct {
	mu     sync.Mutex
	client *client
	until  time.Time // zero before the first question
	down   error     // why GitHub cannot be reached; nil while it can
}

// NewGitHubCommits refuses an API that the token must not go to. Of the options
// it takes API, Token and Limits.
func NewGitHubCommits(o Options) (*GitHubCommits, error) {
	c, err := newClient(o, gitHubAPI, gitHubAccept())
	if err != nil {
		return nil, err
	}
	return &GitHubCommits{client: c}, nil
}

// maxTagDepth is how many annotated tags may point to one another.
const maxTagDepth = 5

// Commit returns the full SHA of the commit that a tag or a branch of a
// repository (owner/name) names. Annotated tags are followed. What is both, and
// names two commits, is an error: nobody says which is meant.
func (g *GitHubCommits) Commit(ctx context.Context, repository, ref string) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := checkRepository(repository, gitHubName, "owner/name"); err != nil {
		return "", err
	}
	if g.down != nil {
		return "", g.down
	}
	if g.until.IsZero() {
		g.until = time.Now().Add(g.client.limits.Total)
	}
	limited, cancel := context.WithDeadline(ctx, g.until)
	defer cancel()
	sha, err := g.commit(limited, "/repos/"+repository, ref)
	if isUnreachable(err) {
		g.down = fmt.Errorf("GitHub cannot be reached: %s", g.client.reasonOf(err))
		return "", g.down
	}
	if err != nil {
		return "", fmt.Errorf("%s of %s on GitHub: %s", ref, repository, g.client.reasonOf(err))
	}
	return sha, nil
}

// isUnreachable tells whether there was no answer at all, after all attempts:
// the next question would get none either.
func isUnreachable(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.status == 0 && f.again
}

func (g *GitHubCommits) commit(ctx context.Context, repository, ref string) (string, error) {
	tag, noTag := g.named(ctx, repository, "tags/"+ref)
	if noTag != nil && !isMissing(noTag) {
		return "", noTag
	}
	branch, noBranch := g.named(ctx, repository, "heads/"+ref)
	switch {
	case noBranch != nil && !isMissing(noBranch):
		return "", noBranch
	case noTag != nil && noBranch != nil:
		return "", errors.New("there is no such tag or branch, or the token may not see the repository")
	case noTag == nil && noBranch == nil && tag != branch:
		return "", errors.New("it is a tag and a branch, which name two commits")
	case noTag == nil:
		return tag, nil
	}
	return branch, nil
}

func isMissing(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.status == http.StatusNotFound
}

// gitObject is what a ref or an annotated tag points to.
type gitObject struct {
	Ref    string `json:"ref"`
	Object struct {
		Type string `json:"type"`
		SHA  string `json:"sha"`
	} `json:"object"`
}

// named reads a ref such as tags/v4, down to its commit.
func (g *GitHubCommits) named(ctx context.Context, repository, ref string) (string, error) {
	var found gitObject
	if err := g.client.object(ctx, repository+"/git/ref/"+escapeRef(ref), &found); err != nil {
		return "", err
	}
	if found.Ref != "refs/"+ref {
		return "", fmt.Errorf("the answer is about %q", found.Ref)
	}
	for range maxTagDepth {
		object := found.Object
		switch {
		case !isSHA(object.SHA):
			return "", errors.New("the answer holds no commit")
		case object.Type == "commit":
			return object.SHA, nil
		case object.Type != "tag":
			return "", fmt.Errorf("it names no commit but a %q", object.Type)
		}
		found = gitObject{}
		if err := g.client.object(ctx, repository+"/git/tags/"+object.SHA, &found); err != nil {
			return "", fmt.Errorf("the annotated tag: %s", err)
		}
	}
	return "", fmt.Errorf("more than %d tags point to one another", maxTagDepth)
}

// isSHA tells whether text is a full SHA as GitHub writes it.
func isSHA(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// escapeRef escapes what may stand between the slashes of a ref. Names of dots
// alone are none, and would lead elsewhere.
func escapeRef(ref string) string {
	parts := strings.Split(ref, "/")
	for i, part := range parts {
		if parts[i] = url.PathEscape(part); strings.Trim(part, ".") == "" {
			parts[i] = "%2E"
		}
	}
	return strings.Join(parts, "/")
}
