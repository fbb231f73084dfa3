package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/repository/forge"
)

// resolver asks registries and GitHub what references name.
type resolver struct {
	registry *registry.Client
	github   *forge.GitHubCommits
}

// gitHubBudget is how much time all questions to GitHub may take together.
const gitHubBudget = 5 * time.Minute

func newResolver(cmd *cobra.Command, w *World, f *registryFlags, api string) (*resolver, error) {
	client, err := f.client(cmd, w)
	if err != nil {
		return nil, err
	}
	github, err := forge.NewGitHubCommits(forge.Options{
		API: cmp.Or(api, w.env("GITHUB_API_URL")), Token: cmp.Or(w.env("GH_TOKEN"), w.env("GITHUB_TOKEN")),
		Limits: forge.Limits{Total: gitHubBudget},
	})
	if err != nil {
		return nil, usagef(cmd, "%s", err)
	}
	return &resolver{client, github}, nil
}

// Digest is that of the manifest or index that an image's tag names.
func (r *resolver) Digest(ctx context.Context, image imageref.Reference) (string, error) {
	repository, err := r.registry.Repository(image)
	if err != nil {
		return "", err
	}
	manifest, err := repository.Manifest(ctx, cmp.Or(image.Tag, "latest"))
	return manifest.Digest, err
}

// Image is what a lock file may keep of an image.
func (r *resolver) Image(ctx context.Context, ref imageref.Reference) (registry.Image, error) {
	image, err := r.registry.Resolve(ctx, ref)
	return withoutSecrets(image), err
}

// Commit is the one that a tag or branch of a repository on GitHub names.
func (r *resolver) Commit(ctx context.Context, repository, ref string) (string, error) {
	return r.github.Commit(ctx, repository, ref)
}

// oneLine is an error for a list in which each entry has a line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
