package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// Stopped is the error of what was asked of rules and took too much time or
// memory, or was given up.
type Stopped struct {
	Cause error // what it took too much of, or why it was given up

	// Running says that it did not heed that it was stopped: OPA looks for it
	// between two expressions only. It goes on, and ends with the process at the
	// latest.
	Running bool
}

// Error says why.
func (s *Stopped) Error() string { return s.Cause.Error() }

// Unwrap returns the cause.
func (s *Stopped) Unwrap() error { return s.Cause }

// How long it may take to heed that it is stopped; little, where the context of
// the caller has ended, whose own answer somebody waits for.
const (
	patience       = 700 * time.Millisecond
	littlePatience = 100 * time.Millisecond
)

// within does what runs rules of others, or reads them, in at most a time and
// an amount of memory, and returns what came of it: [Stopped] where it took
// more, or where the context ended before. Work that does not heed the end of
// its context is left behind; so it must not write to anything but its result.
func within[T any](ctx context.Context, limit time.Duration, work func(context.Context) (T, error)) (T, error) {
	if ctx.Err() != nil {
		return *new(T), &Stopped{Cause: context.Cause(ctx)}
	}
	caller := ctx
	ctx, stop := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { stop(fmt.Errorf("it takes more than %s", limit)) })
	j := &job[T]{done: make(chan struct{})}
	theWatch.begin(&j.watched, stop)
	onKept(func() {
		defer close(j.done)
		defer theWatch.end(&j.watched)
		defer j.recover()
		j.result, j.err = work(ctx)
	})
	defer stop(nil)
	defer timer.Stop()
	return j.wait(ctx, caller)
}

// job is work with what came of it.
type job[T any] struct {
	watched  watched
	done     chan struct{} // closed when it has ended
	result   T
	err      error
	panicked *Panic
}

func (j *job[T]) recover() {
	if value := recover(); value != nil {
		j.panicked = &Panic{Value: value, Callers: callers()}
	}
}

// wait waits until the work has ended, or does not heed that it should.
func (j *job[T]) wait(ctx, caller context.Context) (T, error) {
	select {
	case <-j.done:
		return j.ended(ctx)
	case <-ctx.Done():
	}
	if !j.endsSoon(caller) && theWatch.leave(&j.watched) {
		return *new(T), &Stopped{Cause: context.Cause(ctx), Running: true}
	}
	<-j.done // at least, it is about to
	return j.ended(ctx)
}

// endsSoon waits for work that was stopped as long as there is patience.
func (j *job[T]) endsSoon(caller context.Context) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-j.done:
		return true
	case <-timer.C:
		return false
	case <-caller.Done():
	}
	timer.Reset(littlePatience)
	select {
	case <-j.done:
		return true
	case <-timer.C:
		return false
	}
}

func (j *job[T]) ended(ctx context.Context) (T, error) {
	if j.panicked != nil {
		panic(j.panicked)
	}
	if j.err != nil && ctx.Err() != nil {
		return j.result, &Stopped{Cause: context.Cause(ctx)}
	}
	return j.result, j.err
}

// Panic is the value of a panic in what runs rules, which ends on the goroutine
// of who has asked, with the functions that had been called.
type Panic struct {
	Value   any
	Callers []uintptr
}

// String is the value.
func (p *Panic) String() string { return fmt.Sprint(p.Value) }

// maxCallers bounds the functions of a panic that are kept.
const maxCallers = 100

func callers() []uintptr {
	all := make([]uintptr, maxCallers)
	return all[:runtime.Callers(0, all)]
}

// stopped tells whether something was stopped, and not only failed.
func stopped(err error) bool {
	var s *Stopped
	return errors.As(err, &s)
}

// kept hands work to goroutines that are kept. A rule's evaluation goes deep,
// and a goroutine that is new to each would have to grow its stack each time, by
// copying it, which costs a fifth of an evaluation.
var kept = make(chan func())

// keptIdle is after how long a goroutine ends that nobody needs.
const keptIdle = time.Minute

// onKept runs a function, which must not panic, beside the caller. It never
// waits for others: where all goroutines are busy, there is one more.
func onKept(work func()) {
	select {
	case kept <- work:
	default:
		go serveKept(work)
	}
}

func serveKept(work func()) {
	idle := time.NewTimer(keptIdle)
	defer idle.Stop()
	for {
		work()
		idle.Reset(keptIdle)
		select {
		case work = <-kept:
		case <-idle.C:
			return
		}
	}
}
