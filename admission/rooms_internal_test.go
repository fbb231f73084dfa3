package admission

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// Whoever names many registries that do not answer does not fill the rooms of
// all: another namespace has its answers.
func TestRooms_OneNamespaceDoesNotFillThem(t *testing.T) {
	r := newRooms()
	other := "bank"
	for r.number(other) == r.number("shop") {
		other += "s"
	}
	ctx, cancel := context.WithCancel(t.Context())
	var entered atomic.Int64
	ended := make(chan struct{}, 1000)
	for i := range cap(ended) {
		go func() {
			defer func() { ended <- struct{}{} }()
			if leave, err := r.enter(ctx, fmt.Sprintf("%d.registry.example.com", i), "shop"); err == nil {
				entered.Add(1)
				<-ctx.Done()
				leave()
			}
		}()
	}
	full := int64(placesEach * len(r.all))
	waitFor(t, "look-ups for one namespace", func() bool { return entered.Load() >= full })
	for i := range 64 { // in every room, most likely
		brief, stop := context.WithTimeout(t.Context(), time.Second)
		leave, err := r.enter(brief, fmt.Sprintf("quick-%d.example.com", i), other)
		stop()
		if err != nil {
			t.Fatalf("another namespace: %v", err)
		}
		leave()
	}
	if n := entered.Load(); n > full {
		t.Errorf("%d look-ups for one namespace, %d are the most", n, full)
	}
	cancel()
	for range cap(ended) {
		<-ended
	}
}
