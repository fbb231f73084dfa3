package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/config"
	"guard/internal/policy"
)

// organisation are the rules of those who answer for many repositories: they stand
// above all that a configuration names, wherever that comes from.
type organisation struct {
	sources []policy.Source
	bundles []bundle.Want
}

// organisation reads the file that the call names, and what it names: bundles, and
// directories beside it, which are layers like bundles where they have a guard.yaml.
// The configuration has no say in whether a bundle is trusted.
func (s *setup) organisation(cmd *cobra.Command, f *configFlags) (organisation, error) {
	var above organisation
	named := cmp.Or(f.organisation, s.world.env("GUARD_ORGANISATION"))
	if named == "" {
		return above, nil
	}
	file, dir, err := s.besideCall(named)
	if err != nil {
		return above, err
	}
	data, err := config.Read(dir, path.Base(file))
	if err != nil {
		return above, &usageError{message: fmt.Sprintf("--organisation %s: cannot be read%s: %v", named, s.atTrust(), cause(err))}
	}
	c, err := config.LoadOrganisation(file, data)
	if err != nil {
		return above, err
	}
	beside := &setup{world: s.world, here: dir, config: c}
	for _, p := range c.Policies {
		source, err := above.add(cmd, f, beside, p)
		if err != nil {
			return above, err
		}
		above.sources = append(above.sources, source)
	}
	s.bundles = append(s.bundles, beside.bundles...)
	return above, nil
}

// besideCall is a file that the call names, and the directory it lies in: what lies
// outside of the repository no change can touch, and inside of it the trusted revision
// counts.
func (s *setup) besideCall(named string) (name string, dir fs.FS, err error) {
	if name, inside, err := s.inside(named); err != nil || !inside {
		return name, s.outside(named), err
	}
	return s.within(named)
}

func (o *organisation) add(cmd *cobra.Command, f *configFlags, beside *setup, p config.Policy) (policy.Source, error) {
	if _, is := p.Bundle(); !is {
		return beside.layerSource(p)
	}
	want, err := bundle.Configured(p)
	if err != nil {
		return policy.Source{}, err
	}
	o.bundles = append(o.bundles, want)
	return beside.bundleSource(cmd, f, p)
}

// layerSource is a directory of rules with what it demands.
func (s *setup) layerSource(p config.Policy) (policy.Source, error) {
	name := path.Clean(p.Value)
	wrong := func(why string) error {
		return &config.Error{Place: p.Place, Message: fmt.Sprintf("%q: %s", p.Value, why)}
	}
	if !fs.ValidPath(name) {
		return policy.Source{}, wrong("expected a directory beside the file")
	}
	if info, err := fs.Stat(s.here, name); err != nil || !info.IsDir() {
		return policy.Source{}, wrong("no such directory")
	}
	rules, err := fs.Sub(s.here, name)
	if err != nil {
		return policy.Source{}, wrong(err.Error())
	}
	layer, err := config.Read(rules, config.LayerName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return policy.Source{}, wrong(config.LayerName + ": " + cause(err).Error())
	}
	return policy.FromBundle(path.Join(path.Dir(p.Place.File), name), "", rules, layer)
}

// has tells whether a bundle that the configuration names, too, is one of these. In
// which version it holds is theirs to say.
func (o *organisation) has(p config.Policy) bool {
	want, err := bundle.Configured(p)
	return err == nil && slices.ContainsFunc(o.bundles, func(own bundle.Want) bool {
		return own.Reference.Registry == want.Reference.Registry && own.Reference.Repository == want.Reference.Repository
	})
}
