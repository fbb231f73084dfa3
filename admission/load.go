package admission

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/registry"
)

// Outside is everything beside a request that a decision can depend on.
type Outside struct {
	Namespaces Namespaces       // nil: labels of namespaces are not known
	Registry   *registry.Client // nil: a configuration that needs one is refused
	Secrets    PullSecrets      // nil: images are asked for with the credentials of the registry's client alone
	Ask        bool             // registries are asked what images are, also where the configuration does not say so
	Tokens     Tokens           // nil: the glass cannot be broken

	PolicyCache string            // directory that keeps bundles of rules for when their registry is away; "": nothing is kept
	Tell        func(note string) // is told by [Load] that a registry of bundles was away; nil: nobody is

	before Images // of the handler that counted before; nil: there is none
}

// Load makes a handler of a configuration in a directory, which also holds
// the rules that it names, but for those in bundles. An empty name is the default
// configuration. What is wrong in either is an error with its file and line;
// nothing is left out.
func Load(ctx context.Context, dir fs.FS, name string, outside Outside) (*Handler, error) {
	c, err := configuration(dir, name)
	if err != nil {
		return nil, err
	}
	b, err := newBundles(dir, c, &outside, nil)
	if err != nil {
		return nil, err
	}
	h, err := load(ctx, dir, c, outside, b)
	if err != nil {
		return nil, err
	}
	if note := b.keep(); note != "" && outside.Tell != nil {
		outside.Tell(note)
	}
	return h, nil
}

// configuration reads the configuration.
func configuration(dir fs.FS, name string) (*config.Config, error) {
	if name == "" {
		return config.Default(), nil
	}
	data, err := config.Read(dir, name)
	if err != nil {
		return nil, err
	}
	return config.Load(name, data)
}

// load makes the handler of a configuration that was read.
func load(ctx context.Context, dir fs.FS, c *config.Config, outside Outside, b *bundles) (*Handler, error) {
	sources, err := sources(ctx, dir, c, b)
	if err != nil {
		return nil, err
	}
	asks := asksOf(c, &outside)
	evaluator, err := policy.Compile(ctx, sources, asks.settings(c))
	if err != nil {
		return nil, err
	}
	if c, err = evaluator.Hold(c); err != nil {
		return nil, err
	}
	if err := checkNames(c, evaluator); err != nil {
		return nil, err
	}
	facts, err := asks.facts(dir, c, evaluator, &outside)
	if err != nil {
		return nil, err
	}
	glass, err := glassOf(dir, c, outside.Tokens)
	if err != nil {
		return nil, err
	}
	return &Handler{
		Policies: evaluator.Only(asks.first), Documents: reading(c),
		Facts: facts, Glass: glass, Environments: c.Environments,
		Waivers: c.Waivers, Admission: c.Admission, Namespaces: outside.Namespaces,
	}, nil
}

// reading is how objects of an API server are read.
func reading(c *config.Config) document.Options {
	o := policy.Reading(c)
	o.Live = true
	return o
}

// readBeside reads files that a trust policy names.
func readBeside(dir fs.FS) func(file string) ([]byte, error) {
	return func(file string) ([]byte, error) { return config.Read(dir, path.Clean(file)) }
}

// sources are the built-in library, and the directories and bundles that the
// configuration names.
func sources(ctx context.Context, dir fs.FS, c *config.Config, b *bundles) ([]policy.Source, error) {
	all := []policy.Source{policy.Builtin()}
	for _, p := range c.Policies {
		if _, is := p.Bundle(); is {
			source, err := b.source(ctx, p)
			if err != nil {
				return nil, err
			}
			all = append(all, source)
			continue
		}
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

// cannotDiffer tells why a namespace cannot have another action of a rule. What
// is off everywhere is not evaluated, so nothing would be denied.
func cannotDiffer(r config.Rule, rules []finding.Rule) string {
	i := slices.IndexFunc(rules, func(known finding.Rule) bool { return known.ID == r.ID })
	switch {
	case i < 0:
		return fmt.Sprintf("unknown rule %q", r.ID)
	case rules[i].Action == finding.Off && r.Action != finding.Off:
		return fmt.Sprintf("the rule %q is off, so it would not be evaluated here either; give it an action under rules:, such as audit", r.ID)
	}
	return ""
}

// checkNames refuses what the configuration says of rules and environments
// that do not exist, and policies with nothing to ask: those admit everything.
func checkNames(c *config.Config, evaluator *policy.Evaluator) error {
	var errs config.Errors
	unproved := len(c.Trust.Trust) == 0
	for _, n := range c.Admission.Namespaces {
		for _, r := range n.Rules {
			if why := cmp.Or(cannotDiffer(r, evaluator.Rules()), evaluator.Refuses(r.ID, r.Action)); why != "" {
				errs = append(errs, &config.Error{Place: r.Place, Message: why})
			}
		}
		if unproved && slices.ContainsFunc(c.Environments, func(e config.Environment) bool { return e.Key == n.Environment && demandsApproval(e) }) {
			errs = append(errs, &config.Error{Place: n.Place, Message: fmt.Sprintf("environment %q has approval: proved, and without a trust policy (trust:) nothing says who may approve", n.Environment)})
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
