package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/config"
	"guard/internal/policy"
	"guard/internal/report"
)

// bundleFlags say how bundles of rules are pulled.
type bundleFlags struct {
	registry *registryFlags // of the command; nil: it has none, so the environment says how registries are asked
	offline  *bool          // of the command; nil: it has none
	cache    string
}

func (f *bundleFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.cache, "policy-cache", "", "the `directory` in which bundles of rules are kept (GUARD_POLICY_CACHE); by default guard/bundles in the user's cache")
	if err := cmd.MarkFlagDirname("policy-cache"); err != nil {
		panic(err)
	}
}

// puller pulls bundles and holds them to the policy-trust of the configuration.
func (f *bundleFlags) puller(cmd *cobra.Command, s *setup) (*bundle.Puller, error) {
	p := &bundle.Puller{Cache: f.opened(s.world), Now: s.world.Now, Verify: s.world.Verify}
	var err error
	if p.Policy, err = s.config.ReadPolicyTrust(s.readTrusted, policy.CompileCondition); err != nil {
		return nil, err
	}
	if f.offline != nil && *f.offline {
		return p, nil
	}
	asked := f.registry
	if asked == nil {
		asked = &registryFlags{timeout: 2 * time.Minute}
	}
	p.Client, err = asked.client(cmd, s.world)
	return p, err
}

// opened is the cache; nil where nobody says where it could be.
func (f *bundleFlags) opened(w *World) *bundle.Cache {
	for _, place := range []struct {
		dir   string
		below string
	}{
		{f.cache, ""}, {w.env("GUARD_POLICY_CACHE"), ""}, {w.env("XDG_CACHE_HOME"), "guard/bundles"}, {w.env("LocalAppData"), "guard/bundles"}, {w.env("HOME"), ".cache/guard/bundles"},
	} {
		if place.dir == "" {
			continue
		}
		dir := filepath.Join(place.dir, filepath.FromSlash(place.below))
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(w.Dir, dir)
		}
		return &bundle.Cache{Dir: dir}
	}
	return nil
}

// pull pulls a bundle. Where it must be signed and this program cannot verify,
// its sibling has run in its place, and the error is its exit code.
func pullBundle(ctx context.Context, w *World, p *bundle.Puller, want bundle.Want) (*bundle.Pulled, error) {
	if p.Demands(want.Reference) {
		if err := w.verifies(ctx); err != nil {
			return nil, err
		}
	}
	pulled, err := p.Pull(ctx, want)
	if err != nil {
		return nil, err
	}
	if pulled.Stale != "" {
		text := fmt.Sprintf("%s is %s from the cache, as accepted on %s: %s", pulled.Name, pulled.Digest, pulled.Checked.UTC().Format(time.RFC3339), pulled.Stale)
		_, err = fmt.Fprintf(w.Err, "guard: %s\n", report.Clean(text))
	}
	return pulled, err
}

// bundleSource pulls a bundle that the configuration names.
func (s *setup) bundleSource(cmd *cobra.Command, f *configFlags, p config.Policy) (policy.Source, error) {
	puller, err := f.bundles.puller(cmd, s)
	if err != nil {
		return policy.Source{}, err
	}
	want, err := bundle.Configured(p)
	if err != nil {
		return policy.Source{}, err
	}
	pulled, err := pullBundle(cmd.Context(), s.world, puller, want)
	if code := exit(0); errors.As(err, &code) {
		return policy.Source{}, err
	}
	if err != nil {
		return policy.Source{}, bundle.At(p, err, false)
	}
	s.bundles = append(s.bundles, pulled)
	return policy.FromBundle(strings.TrimPrefix(p.Value, bundle.Scheme), pulled.Revision, pulled.Rules(), pulled.Layer())
}

// keepBundles keeps the bundles that decide from now on. Without a cache that
// can be written everything holds, but the next time a registry is needed.
func (s *setup) keepBundles() {
	for _, p := range s.bundles {
		if err := p.Keep(); err != nil {
			fmt.Fprintf(s.world.Err, "guard: %s\n", report.Clean(err.Error()))
		}
	}
}
