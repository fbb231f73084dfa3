package policy

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestWithin_GivesWhatTheWorkGives(t *testing.T) {
	failed := errors.New("it failed")
	got, err := within(t.Context(), time.Minute, func(context.Context) (int, error) { return 7, failed })
	if got != 7 || err != failed {
		t.Errorf("got %d, %v", got, err)
	}
}

// RELIABILITY 48: who waits is told in time, whether the work heeds its context
// or not.
func TestWithin_Stops(t *testing.T) {
	ended, stop := context.WithCancelCause(t.Context())
	stop(errors.New("the caller has gone"))
	deaf := make(chan struct{})
	defer close(deaf)
	for name, tt := range map[string]struct {
		ctx     context.Context
		limit   time.Duration
		work    func(context.Context) (int, error)
		why     string
		running bool
	}{
		"what heeds it": {t.Context(), time.Millisecond, func(ctx context.Context) (int, error) { <-ctx.Done(); return 1, ctx.Err() }, "it takes more than 1ms", false},
		"what does not": {t.Context(), time.Millisecond, func(context.Context) (int, error) { <-deaf; return 1, nil }, "it takes more than 1ms", true},
		"what nobody waits for any more": {ended, time.Minute, func(context.Context) (int, error) { t.Error("it is done"); return 1, nil },
			"the caller has gone", false},
	} {
		start := time.Now()
		got, err := within(tt.ctx, tt.limit, tt.work)
		var stopped *Stopped
		if !errors.As(err, &stopped) || err.Error() != tt.why || stopped.Running != tt.running || tt.running && got != 0 {
			t.Errorf("%s: got %d, %v, want %q", name, got, err, tt.why)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: it took %s", name, took)
		}
	}
	if running, ever := Left(); running != 1 || ever != 1 {
		t.Errorf("%d of %d are told to go on, want 1", running, ever)
	}
}

// RELIABILITY 11: a panic ends who has asked, and keeps its place.
func TestWithin_HandsAPanicOn(t *testing.T) {
	defer func() {
		p, is := recover().(*Panic)
		if !is || p.Value != "oh" {
			t.Fatalf("got %v", p)
		}
		frames := runtime.CallersFrames(p.Callers)
		for more := true; more; {
			var frame runtime.Frame
			if frame, more = frames.Next(); strings.Contains(frame.Function, "TestWithin_HandsAPanicOn") {
				return
			}
		}
		t.Error("its place is lost")
	}()
	_, _ = within(t.Context(), time.Minute, func(context.Context) (int, error) { panic("oh") })
}

// Nobody waits for others: as many work as are asked to.
func TestOnKept_RunsEverythingAtOnce(t *testing.T) {
	const many = 50
	running, goOn, ended := make(chan int, many), make(chan struct{}), make(chan int, many)
	for i := range many {
		onKept(func() { running <- i; <-goOn; ended <- i })
	}
	for range many {
		select {
		case <-running:
		case <-time.After(20 * time.Second):
			t.Fatal("one waits for the others")
		}
	}
	close(goOn)
	for range many {
		<-ended
	}
}

// ran is an evaluation that began when the heap had so many bytes.
func (w *watch) ran(base uint64, told func(error)) *watched {
	e := &watched{}
	w.looking, w.heap = true, base // nobody looks but the test
	w.begin(e, told)
	return e
}

// RELIABILITY 48: what the heap grows too much for is stopped, what runs longest
// first, one at a time; garbage and what is there before count for nobody.
func TestWatch_StopsWhatTheHeapGrowsFor(t *testing.T) {
	var w watch
	var stopped []string
	run := func(name string, base uint64) *watched {
		return w.ran(base, func(error) { stopped = append(stopped, name) })
	}
	most := maxGrowth()
	old := run("old", 10*most)
	first := run("first", 1000)
	second := run("second", 1000)
	first.began = first.began.Add(-time.Second)
	if w.suspects(1000+most) || w.suspects(5*most) != true {
		t.Error("what grows by less is suspected, or what grows by more is not")
	}
	w.judge(1000 + most) // it was garbage
	if len(stopped) > 0 || w.peace == 0 {
		t.Errorf("for garbage is stopped: %q", stopped)
	}
	w.peace = 0
	w.judge(5 * most)
	if w.suspects(5 * most) {
		t.Error("a second one is suspected before the first has ended")
	}
	w.end(first)
	if !w.suspects(5 * most) {
		t.Error("the second one is not suspected")
	}
	w.judge(5 * most)
	if got := strings.Join(stopped, " "); got != "first second" {
		t.Errorf("stopped: %s", got)
	}
	w.end(second)
	w.end(old)
	if w.suspects(100 * most) {
		t.Error("where nothing runs something is suspected")
	}
}

// RELIABILITY 48: the process is told to end where what was left behind takes
// memory without end, or is too many, and is told once.
func TestWatch_TellsWhatRunsAway(t *testing.T) {
	told := make(chan string, 10)
	w := watch{alarm: Alarm{Runaway: func(why string) { told <- why }}}
	e := w.ran(0, func(error) {})
	if !w.leave(e) {
		t.Error("what runs has ended")
	}
	w.judge(maxGrowth() + 1)
	if len(told) > 0 {
		t.Errorf("too soon: %s", <-told)
	}
	w.judge(runawayGrowth*maxGrowth() + 1)
	w.judge(runawayGrowth*maxGrowth() + 1)
	if why := <-told; !strings.Contains(why, "MiB of memory") {
		t.Errorf("got %s", why)
	}
	many := watch{alarm: Alarm{Runaway: func(why string) { told <- why }}}
	for range leftPerCore*runtime.GOMAXPROCS(0) + 3 {
		many.leave(many.ran(0, func(error) {}))
	}
	if why := <-told; !strings.Contains(why, "go on though they were stopped") {
		t.Errorf("got %s", why)
	}
	if len(told) > 0 {
		t.Errorf("told twice: %s", <-told)
	}
	many.end(e)
	if many.leave(e) {
		t.Error("what has ended is left behind")
	}
}
