package policy

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"
)

// maxGrowth is by how many bytes the heap may grow while a unit test, a
// mutant or an explained rule is evaluated.
const maxGrowth = 1 << 30

// Bounded ends a context after a time, and where the heap grows by more than a
// gigabyte meanwhile. Its cause says which it was. The caller calls stop.
func Bounded(ctx context.Context, limit time.Duration) (bounded context.Context, stop func()) {
	ctx, fail := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { fail(fmt.Errorf("it takes more than %s", limit)) })
	ticker, done := time.NewTicker(20*time.Millisecond), make(chan struct{})
	go watchMemory(ticker.C, done, func() { fail(fmt.Errorf("it takes more than %d MiB of memory", maxGrowth>>20)) })
	return ctx, func() {
		timer.Stop()
		ticker.Stop()
		close(done)
		fail(nil)
	}
}

func watchMemory(tick <-chan time.Time, done <-chan struct{}, tooMuch func()) {
	before := heapBytes()
	for {
		select {
		case <-done:
			return
		case <-tick:
			if now := heapBytes(); now > before && now-before > maxGrowth {
				tooMuch()
				return
			}
		}
	}
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
