package admission

import (
	"context"
	"fmt"
	"hash/maphash"

	"golang.org/x/sync/semaphore"

	"guard/internal/registry"
)

// rooms bounds how many look-ups are under way, for each registry and with it
// for all. One that does not answer holds up nobody who asks another, but for
// the few that share its room.
type rooms struct {
	seed maphash.Seed
	all  [16]*semaphore.Weighted
}

// places is how many look-ups have room at the same time.
const places = 16

func newRooms() *rooms {
	r := &rooms{seed: maphash.MakeSeed()}
	for i := range r.all {
		r.all[i] = semaphore.NewWeighted(places)
	}
	return r
}

// enter waits for room to ask a registry, and returns what leaves it.
func (r *rooms) enter(ctx context.Context, host string) (leave func(), err error) {
	room := r.of(host)
	if err := room.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("%s: %w: too many look-ups wait for its answers", host, registry.ErrUnavailable)
	}
	return func() { room.Release(1) }, nil
}

func (r *rooms) of(host string) *semaphore.Weighted {
	return r.all[maphash.String(r.seed, host)%uint64(len(r.all))]
}
