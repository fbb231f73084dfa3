package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/report"
	"guard/internal/repository"
	"guard/internal/trace"
)

const traceHelp = `Trace follows an image in a registry back to the commit it was built from, and
says of every link of the chain whether it is

  proved   by its content, by a signature that the trust policy accepts, or by
           the clone
  claimed  somebody says so, and nothing proves it
  broken   it is known not to hold
  unknown  it cannot be told, and why

The links: the digest of the reference; the commit or Git tag in its tag; the
labels org.opencontainers.image.revision and .source, on every platform and not
inherited from the base image; signed provenance (SLSA 0.2 and 1, or the
certificate of the signer); whether all that name a commit or a repository name
the same one; whether the clone has that commit on a branch or tag that may
reach the environment; the workflow that built it.

The whole is proved where the digest, the signed provenance, the agreement and
the commit are, and what the trust policy demands; one broken link breaks it.

` + registryHelp + `

Exit codes:
  0  the chain is proved
  1  a link is broken
  2  the call or the configuration is wrong
  3  the chain is only claimed or not known, or guard could not look`

const traceExample = `  guard trace ghcr.io/acme/shop:main-1a2b3c4
  guard trace ghcr.io/acme/shop@sha256:… -o json
  guard trace ghcr.io/acme/shop:1.4.2 --environment staging
  guard trace ghcr.io/acme/shop:1.4.2 --repository ../shop`

func newTrace(w *World) *cobra.Command {
	var f trustFlags
	var clone string
	cmd := &cobra.Command{
		Use:               "trace IMAGE",
		Short:             "Follow an image back to its commit, link by link",
		Long:              traceHelp,
		Example:           traceExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.verifies(cmd.Context()); err != nil {
				return err
			}
			return runTrace(cmd, w, &f, clone, args)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&clone, "repository", "", "the `directory` of the clone to look for commits in; by default the one around the working directory")
	return cmd
}

// runTrace is one trace from flags to exit code.
func runTrace(cmd *cobra.Command, w *World, f *trustFlags, clone string, args []string) error {
	options, err := textOptions(cmd, w, f.color)
	if err != nil {
		return err
	}
	s, err := f.look(cmd, w, args)
	if err != nil {
		return err
	}
	repo, err := s.clone(clone)
	if err != nil {
		return err
	}
	in := s.facts(cmd.Context(), w, repo)
	chain := trace.Build(in)
	if err := writeChain(w, f.output, chain, options); err != nil {
		return err
	}
	return traced(chain)
}

// traced turns a chain into an exit code.
func traced(c trace.Chain) error {
	switch c.Status {
	case trace.Proved:
		return nil
	case trace.Broken:
		return exit(exitDenied)
	}
	return exit(exitFailed)
}

// clone is the repository to look for commits in; nil where there is none.
func (s *subject) clone(dir string) (*repository.Repository, error) {
	if dir == "" {
		return s.setup.repo, nil
	}
	repo, err := repository.Open(s.setup.absolute(dir))
	if errors.Is(err, repository.ErrNone) {
		return nil, &usageError{message: fmt.Sprintf("--repository %s: %v", dir, err)}
	}
	return repo, err
}

// facts gathers what a chain is judged by.
func (s *subject) facts(ctx context.Context, w *World, repo *repository.Repository) trace.Input {
	in := trace.Input{Reference: s.ref, Digest: s.image.Digest}
	if s.err != nil {
		in.Digest, in.Missing, in.Problem = "", errors.Is(s.err, registry.ErrNotFound), s.err.Error()
		return in
	}
	in.Platforms, in.Base = platforms(s.image), s.base(ctx)
	result, hanging, err := s.verified(ctx, w)
	if in.Attached = hanging; err != nil {
		in.Unverified = err.Error()
	} else {
		in.Verified = &result
	}
	if repo == nil {
		return in
	}
	if host, name := repo.Origin(); host != "" {
		in.Clone = trace.Place("https://" + host + "/" + name)
	}
	in.GitTag = gitTag(repo, s.ref)
	in.Commits = s.commits(ctx, repo, trace.Commits(in))
	return in
}

// platforms are those of an image, without secrets.
func platforms(image registry.Image) []trace.Platform {
	var all []trace.Platform
	for _, p := range withoutSecrets(image).Platforms {
		all = append(all, trace.Platform{Name: p.String(), Labels: p.Labels})
	}
	return all
}

// The annotations and labels that name what an image was built on.
const (
	baseName   = "org.opencontainers.image.base.name"
	baseDigest = "org.opencontainers.image.base.digest"
)

// base looks at the image that an image says it was built on; nil where it
// names none.
func (s *subject) base(ctx context.Context) *trace.Base {
	said := func(name string) string {
		value := s.image.Annotations[name]
		for _, p := range s.image.Platforms {
			for _, other := range []string{p.Annotations[name], p.Labels[name]} {
				if value == "" {
					value = other
				}
			}
		}
		return value
	}
	name, digest := said(baseName), said(baseDigest)
	if name == "" || name == "scratch" {
		return nil
	}
	base := &trace.Base{Name: name, ByTag: digest == ""}
	ref := (*imageref.Classifier)(nil).Parse(name)
	if digest != "" && ref.Digest == "" {
		ref = (*imageref.Classifier)(nil).Parse(name + "@" + digest)
	}
	image, err := s.client.Resolve(ctx, ref)
	if err != nil {
		base.Problem = err.Error()
	}
	base.Platforms = platforms(image)
	return base
}

// gitTag looks for the Git tag that a release is called like; nil where the
// tag of the image is none.
func gitTag(repo *repository.Repository, ref imageref.Reference) *trace.GitTag {
	if ref.Class != imageref.ClassSemver {
		return nil
	}
	bare := strings.TrimPrefix(ref.Tag, "v")
	for _, name := range []string{ref.Tag, "v" + bare, bare} {
		if rev, err := repo.At("refs/tags/" + name); err == nil {
			return &trace.GitTag{Name: name, Commit: rev.Commit}
		}
	}
	return &trace.GitTag{Reason: fmt.Sprintf("the clone has no Git tag v%s or %s", bare, bare)}
}

// commits says of each commit whether it is on a branch or tag that may reach
// the environment.
func (s *subject) commits(ctx context.Context, repo *repository.Repository, ids []string) map[string]trace.Commit {
	refs := repository.Refs{Branch: matcher(s.environment.Branches), Tag: matcher(s.environment.Tags)}
	known := map[string]trace.Commit{}
	for _, id := range ids {
		found, err := repo.FindCommit(ctx, id, refs)
		if err != nil {
			known[id] = trace.Commit{Status: trace.Unknown, Reason: err.Error()}
			continue
		}
		known[id] = trace.Commit{Status: commitStatus(found.State), Hash: found.Hash, Ref: found.Ref, Reason: found.Reason}
	}
	for id, c := range known {
		if c.Status == trace.Broken {
			c.Reason = fmt.Sprintf("it is on no branch and no tag that may reach %s", s.environment.Key)
			known[id] = c
		}
	}
	return known
}

// commitStatus is what the clone proves. A commit that is missing may have been
// made after the last fetch, so that proves nothing.
func commitStatus(state repository.CommitState) trace.Status {
	switch state {
	case repository.CommitReached:
		return trace.Proved
	case repository.CommitUnreached:
		return trace.Broken
	}
	return trace.Unknown
}

func matcher(patterns []string) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			matched, err := path.Match(pattern, name)
			return matched && err == nil
		})
	}
}

func writeChain(w *World, format string, c trace.Chain, o report.Options) error {
	if format == "json" {
		return writeJSON(w, c)
	}
	var steps []report.Step
	for _, l := range c.Links {
		step := report.Step{Outcome: string(l.Status), Name: l.Name, Text: l.Message}
		for _, e := range l.Evidence {
			step.Facts = append(step.Facts, report.Fact{Name: e.What, Value: e.Value})
		}
		steps = append(steps, step)
	}
	return report.Steps(w.Out, c.Reference, steps, report.Step{Outcome: string(c.Status), Text: c.Message}, o)
}

func writeJSON(w *World, value any) error {
	out := json.NewEncoder(w.Out)
	out.SetIndent("", "  ")
	return out.Encode(value)
}
