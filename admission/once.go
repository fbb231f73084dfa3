package admission

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"guard/internal/registry"
	"guard/internal/registry/signature"
)

// Once is the same for one look at many objects: each image is asked for once,
// for all who have the same credentials for it, and what came of it holds until
// the end. A registry that does not answer is given up, and so is a rule that
// must be stopped.
func (f *Facts) Once() *Facts {
	if f == nil {
		return nil
	}
	once := *f
	once.Rules = f.Rules.GivingUp()
	if r, ok := f.Images.(*registries); ok {
		once.Images = r.once(r.now())
	}
	return &once
}

// The limits of one look.
const (
	onceEntries = 50_000 // images
	onceBytes   = 64 << 20
	maxSilent   = 3      // times in a row that a registry does not answer
	maxFailures = 20_000 // images
)

func (r *registries) once(now time.Time) *registries {
	once := *r
	once.client, once.rooms = r.client.Anew(), newRooms() // it takes no room from reviews
	once.now = func() time.Time { return now }
	once.failures = &failures{of: map[registry.Key]error{}, silent: map[string]int{}}
	once.images = registry.NewCache[registry.Image](registry.CacheOptions{Entries: onceEntries, Bytes: onceBytes})
	once.results = registry.NewCache[signature.Result](registry.CacheOptions{Entries: onceEntries, Bytes: onceBytes})
	return &once
}

// failures remembers what could not be had.
type failures struct {
	mu     sync.Mutex
	of     map[registry.Key]error
	silent map[string]int // by host, how often in a row it has not answered
}

// known tells what came of asking, where that is known: of this, or of the
// registry. A nil memory knows nothing.
func (f *failures) known(key registry.Key) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.of[key]; err != nil {
		return err
	}
	switch {
	case f.silent[key.Registry] >= maxSilent:
		return fmt.Errorf("%s: %w: it did not answer %d times in a row, and is asked no more", key.Registry, registry.ErrUnavailable, maxSilent)
	case len(f.of) >= maxFailures:
		return fmt.Errorf("%s: %w: %d images could not be had, and no more are asked for", key.Registry, registry.ErrUnavailable, maxFailures)
	}
	return nil
}

func (f *failures) note(key registry.Key, err error) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil && len(f.of) < maxFailures {
		f.of[key] = err
	}
	if errors.Is(err, registry.ErrUnavailable) {
		f.silent[key.Registry]++
		return
	}
	delete(f.silent, key.Registry)
}
