package admission

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/registry"
)

// Outside is everything beside a request that a decision can depend on.
type Outside struct {
	Namespaces Namespaces       // nil: labels of namespaces are not known
	Registry   *registry.Client // nil: a configuration with a trust policy is refused
	Secrets    PullSecrets      // nil: images are asked for with the credentials of the registry's client alone
	Tokens     Tokens           // nil: the glass cannot be broken
}

// Load makes a handler of a configuration in a directory, which also holds
// the rules that it names. An empty name is the default configuration. What is
// wrong in either is an error with its file and line; nothing is left out.
func Load(ctx context.Context, dir fs.FS, name string, outside Outside) (*Handler, error) {
	c := config.Default()
	if name != "" {
		data, err := config.Read(dir, name)
		if err != nil {
			return nil, err
		}
		if c, err = config.Load(name, data); err != nil {
			return nil, err
		}
	}
	sources, err := sources(dir, c)
	if err != nil {
		return nil, err
	}
	settings := policy.Configured(c)
	settings.Unasked = []string{policy.NeedRegistry}
	settings.Now = time.Now()
	evaluator, err := policy.Compile(ctx, sources, settings)
	if err != nil {
		return nil, err
	}
	if err := checkNames(c, evaluator); err != nil {
		return nil, err
	}
	trust, err := trustOf(dir, c, &outside)
	if err != nil {
		return nil, err
	}
	glass, err := glassOf(dir, c, outside.Tokens)
	if err != nil {
		return nil, err
	}
	return &Handler{
		Glass: glass, Policies: evaluator, Documents: policy.Reading(c), Trust: trust, Environments: c.Environments,
		Waivers: c.Waivers, Admission: c.Admission, Namespaces: outside.Namespaces,
	}, nil
}

// trustOf reads the trust policy, whose files lie beside the configuration.
func trustOf(dir fs.FS, c *config.Config, outside *Outside) (*Trust, error) {
	if len(c.Trust.Trust) == 0 {
		return nil, nil
	}
	if outside.Registry == nil {
		return nil, errors.New("the configuration has a trust policy, and guard runs without registries")
	}
	read, err := c.ReadTrust(func(file string) ([]byte, error) { return config.Read(dir, path.Clean(file)) }, policy.CompileCondition)
	if err != nil {
		return nil, err
	}
	images, err := NewImages(outside.Registry, read, outside.Secrets)
	if err != nil {
		return nil, fmt.Errorf("trust: %w", err)
	}
	return &Trust{Policy: read, Images: images}, nil
}

// sources are the built-in library and the directories that the configuration
// names.
func sources(dir fs.FS, c *config.Config) ([]policy.Source, error) {
	all := []policy.Source{policy.Builtin()}
	for _, p := range c.Policies {
		name := path.Clean(p.Value)
		info, err := fs.Stat(dir, name)
		if err != nil || !info.IsDir() {
			return nil, &config.Error{Place: p.Place, Message: fmt.Sprintf("%q: expected a directory beside the configuration", p.Value)}
		}
		rules, err := fs.Sub(dir, name)
		if err != nil {
			return nil, &config.Error{Place: p.Place, Message: fmt.Sprintf("%q: %v", p.Value, err)}
		}
		all = append(all, policy.Source{Name: name, FS: rules, Custom: true})
	}
	return all, nil
}

// checkNames refuses what the configuration says of rules and environments
// that do not exist, and policies with nothing to ask: those admit everything.
func checkNames(c *config.Config, evaluator *policy.Evaluator) error {
	var errs config.Errors
	for _, n := range c.Admission.Namespaces {
		for _, r := range n.Rules {
			if !slices.ContainsFunc(evaluator.Rules(), func(known finding.Rule) bool { return known.ID == r.ID }) {
				errs = append(errs, &config.Error{Place: r.Place, Message: fmt.Sprintf("unknown rule %q", r.ID)})
			}
		}
		if n.Environment != "" && !slices.ContainsFunc(c.Environments, func(e config.Environment) bool { return e.Key == n.Environment }) {
			errs = append(errs, &config.Error{Place: n.Place, Message: fmt.Sprintf("unknown environment %q", n.Environment)})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	if len(evaluator.Active("kubernetes")) == 0 {
		return errors.New("no rule on Kubernetes objects is active, so everything would be admitted")
	}
	return nil
}
