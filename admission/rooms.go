package admission

import (
	"context"
	"fmt"
	"hash/maphash"

	"golang.org/x/sync/semaphore"

	"guard/internal/registry"
)

// rooms bounds how many look-ups are under way, for each registry and with it
// for all. A registry that does not answer holds up nobody who asks another, but
// for the few that share its room; and of each room one namespace gets a part,
// so that whoever names many such registries does not fill all of them.
type rooms struct {
	seed maphash.Seed
	all  [16]room
}

// room is for some registries.
type room struct {
	all  *semaphore.Weighted
	each [16]*semaphore.Weighted // for some namespaces
}

// How many look-ups have room at the same time.
const (
	places     = 16
	placesEach = 8 // for one namespace
)

func newRooms() *rooms {
	r := &rooms{seed: maphash.MakeSeed()}
	for i := range r.all {
		r.all[i].all = semaphore.NewWeighted(places)
		for j := range r.all[i].each {
			r.all[i].each[j] = semaphore.NewWeighted(placesEach)
		}
	}
	return r
}

// enter waits for room to ask a registry for a namespace, and returns what
// leaves it.
func (r *rooms) enter(ctx context.Context, host, namespace string) (leave func(), err error) {
	room := r.of(host)
	own := room.each[r.number(namespace)]
	err = own.Acquire(ctx, 1)
	if err == nil {
		if err = room.all.Acquire(ctx, 1); err != nil {
			own.Release(1)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: too many look-ups wait for its answers", host, registry.ErrUnavailable)
	}
	return func() { room.all.Release(1); own.Release(1) }, nil
}

func (r *rooms) of(host string) *room { return &r.all[r.number(host)] }

func (r *rooms) number(name string) uint64 {
	return maphash.String(r.seed, name) % uint64(len(r.all))
}
