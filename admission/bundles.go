package admission

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"time"

	"guard/internal/bundle"
	"guard/internal/config"
	"guard/internal/policy"
	"guard/internal/registry/signature/verify"
)

// DefaultPoll is how often registries are asked whether a tag names another
// bundle of rules.
const DefaultPoll = time.Minute

// The times of a poll.
const (
	pollTime  = 30 * time.Second // that one may take
	firstPoll = 5 * time.Second  // as long as there are no rules at all
)

// bundles are those that a configuration names, as they are pulled.
type bundles struct {
	puller *bundle.Puller
	before []used // those that counted before this load
	used   []used
}

// used is a bundle whose rules are part of a set.
type used struct {
	want   bundle.Want
	pulled *bundle.Pulled
}

// newBundles prepares to pull what a configuration names; nil where it names no
// bundle.
func newBundles(dir fs.FS, c *config.Config, outside *Outside, before []used) (*bundles, error) {
	if !namesBundles(c) {
		return nil, nil
	}
	if outside.Registry == nil {
		return nil, errors.New("the configuration names rules in a registry, and guard runs without registries")
	}
	b := &bundles{before: before, puller: &bundle.Puller{Client: outside.Registry, Verify: verify.Verify, Steadfast: true}}
	if outside.PolicyCache != "" {
		b.puller.Cache = &bundle.Cache{Dir: outside.PolicyCache}
	}
	var err error
	b.puller.Policy, err = c.ReadPolicyTrust(readBeside(dir), policy.CompileCondition)
	return b, err
}

func namesBundles(c *config.Config) bool {
	for _, p := range c.Policies {
		if _, is := p.Bundle(); is {
			return true
		}
	}
	return false
}

// source pulls a bundle and gives its rules.
func (b *bundles) source(ctx context.Context, p config.Policy) (policy.Source, error) {
	want, err := bundle.Configured(p)
	if err != nil {
		return policy.Source{}, err
	}
	for _, u := range b.before {
		if u.want.Reference.String() == want.Reference.String() {
			want.Running = &bundle.Running{Revision: u.pulled.Revision, Digest: u.pulled.Digest}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	pulled, err := b.asking().Pull(ctx, want)
	if err != nil {
		return policy.Source{}, bundle.At(p, err, false)
	}
	b.used = append(b.used, used{want, pulled})
	return policy.FromBundle(strings.TrimPrefix(p.Value, bundle.Scheme), pulled.Revision, pulled.Rules(), pulled.Layer())
}

// asking is the puller with a whole budget.
func (b *bundles) asking() *bundle.Puller {
	p := *b.puller
	p.Client = p.Client.Run()
	return &p
}

// keep notes that the rules of all bundles count from now on, and says what is
// to be known about them: that a registry was not asked, or that nothing can be
// kept for a restart.
func (b *bundles) keep() string {
	if b == nil {
		return ""
	}
	var notes []string
	for _, u := range b.used {
		if u.pulled.Stale != "" {
			notes = append(notes, fmt.Sprintf("%s is %s from the cache, as accepted on %s: %s", u.pulled.Name, u.pulled.Digest, u.pulled.Checked.UTC().Format(time.RFC3339), u.pulled.Stale))
		}
		if err := u.pulled.Keep(); err != nil {
			notes = append(notes, err.Error())
		}
	}
	return strings.Join(notes, "\n")
}

// moved asks the registries whether a tag names another bundle than the one
// that counts.
func (b *bundles) moved(ctx context.Context) (_ bool, err error) {
	defer noPanic(&err)
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	for _, u := range b.used {
		digest, err := b.asking().Resolve(ctx, u.want.Reference)
		if err != nil {
			return false, fmt.Errorf("ask for %s: %w", u.pulled.Name, err)
		}
		if digest != u.pulled.Digest {
			return true, nil
		}
	}
	return false, nil
}

// names lists the bundles that count, with version and digest.
func (b *bundles) names() []string {
	var names []string
	if b != nil {
		for _, u := range b.used {
			names = append(names, u.pulled.Repository+"@"+u.pulled.Digest+" "+u.pulled.Revision)
		}
	}
	return names
}

// running are the bundles that count.
func (b *bundles) running() []used {
	if b == nil {
		return nil
	}
	return b.used
}

// checked is when a registry has said last of all bundles that they are those;
// nil where there are none.
func (b *bundles) checked() *time.Time {
	var oldest *time.Time
	for _, u := range b.running() {
		if at := u.pulled.Checked; oldest == nil || at.Before(*oldest) {
			oldest = &at
		}
	}
	return oldest
}

// jittered is about a time: replicas shall not ask at once.
func jittered(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
