package admission

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// aside is where reviews wait for registries, so that none of them holds the
// room of those that need no registry. It is bounded as that room is, and of it
// no namespace gets more than a part, but for one review of any size.
type aside struct {
	mu   sync.Mutex
	left int64            // bytes of reviews
	held map[string]int64 // by namespace
	most int64            // for one namespace
}

// asideShare is the part of the room that one namespace gets.
const asideShare = 4

func newAside(bytes int64) *aside {
	return &aside{left: bytes, held: map[string]int64{}, most: bytes / asideShare}
}

func (a *aside) enter(namespace string, weight int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	held := a.held[namespace]
	if weight > a.left || held > 0 && held+weight > a.most {
		return false
	}
	a.left -= weight
	a.held[namespace] = held + weight
	return true
}

func (a *aside) leave(namespace string, weight int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left += weight
	if a.held[namespace] -= weight; a.held[namespace] <= 0 {
		delete(a.held, namespace)
	}
}

// seat is what a review holds of the room for reviews, or beside it.
type seat struct {
	room   *semaphore.Weighted
	aside  *aside
	weight int64
	leave  func()
}

// takeSeat waits for room for a review.
func (s *Server) takeSeat(ctx context.Context, weight int64) (*seat, error) {
	if err := s.room.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return &seat{room: s.room, aside: s.aside, weight: weight, leave: func() { s.room.Release(weight) }}, nil
}

// seatKey is where a context has the seat of its review.
type seatKey struct{}

// stepAside gives up the room of a review that is to wait for registries. Where
// too much waits already it tells so. A review that nobody bounds has nothing
// to give up.
func stepAside(ctx context.Context, namespace string) (why string) {
	p, bounded := ctx.Value(seatKey{}).(*seat)
	switch {
	case !bounded:
		return ""
	case !p.aside.enter(namespace, p.weight):
		return "too many reviews wait for registries already"
	}
	p.leave()
	p.leave = func() { p.aside.leave(namespace, p.weight) }
	return ""
}
