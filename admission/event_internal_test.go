package admission

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// board is where events are written in a test.
type board struct {
	mu   sync.Mutex
	told []Event
	fail atomic.Pointer[func(context.Context) error]
}

func (b *board) WriteEvent(ctx context.Context, e Event) error {
	if fail := b.fail.Load(); fail != nil {
		if err := (*fail)(ctx); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, e)
	return nil
}

func (b *board) all() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.told
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 3000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: not within 30 s", what)
}

func sum(all []Event) (n int) {
	for _, e := range all {
		n += e.Count
	}
	return n
}

// A thousand times the same is told a few times, with the number, and nothing
// of it is lost; the end writes the rest.
func TestEvents_AreCounted(t *testing.T) {
	b := &board{}
	e := newEvents(b, slog.New(slog.DiscardHandler), time.Hour)
	for i := range 100 {
		e.record(Event{Reason: "GlassBroken", Note: fmt.Sprint("note ", i)}, "jane")
		e.record(Event{Reason: "GlassBroken", Note: "x\ny" + strings.Repeat("z", 2000)}, "joe")
	}
	waitFor(t, "the first of each", func() bool { return len(b.all()) == 2 })
	e.close()
	e.record(Event{Reason: "Late"}, "")
	all := b.all()
	if len(all) != 4 || sum(all) != 200 || all[2].Note != "note 99" {
		t.Errorf("%d events for %d: %+v", len(all), sum(all), all)
	}
	for _, one := range all {
		if len(one.Note) > maxNote || strings.Contains(one.Note, "\n") {
			t.Errorf("a note of %d bytes: %q", len(one.Note), one.Note)
		}
	}
}

// What cannot be written is tried again, and nobody waits for it.
func TestEvents_AreTriedAgain(t *testing.T) {
	for name, fail := range map[string]func(context.Context) error{
		"an error": func(context.Context) error { return errors.New("away") },
		"a panic":  func(context.Context) error { panic("away") },
	} {
		b := &board{}
		b.fail.Store(&fail)
		e := newEvents(b, slog.New(slog.DiscardHandler), 20*time.Millisecond)
		e.record(Event{Reason: "GlassBroken"}, "")
		waitFor(t, name, func() bool { return e.failed.Load() > 1 })
		b.fail.Store(nil)
		waitFor(t, name+", then not", func() bool { return sum(b.all()) == 1 })
		e.close()
		if e.written.Load() != 1 || e.dropped.Load() != 0 {
			t.Errorf("%s: written %d, dropped %d", name, e.written.Load(), e.dropped.Load())
		}
	}
}

func TestEvents_NeverWait(t *testing.T) {
	b, release := &board{}, make(chan struct{})
	stuck := func(context.Context) error { <-release; return nil }
	b.fail.Store(&stuck)
	e := newEvents(b, slog.New(slog.DiscardHandler), time.Hour)
	began := time.Now()
	for i := range 5000 {
		e.record(Event{Reason: "GlassBroken"}, fmt.Sprint(i))
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("recording took %s", took)
	}
	if e.dropped.Load() < 4000 {
		t.Errorf("%d were dropped: the queue has no bound", e.dropped.Load())
	}
	close(release)
	waitFor(t, "the rate", func() bool { return len(e.queue) == 0 })
	if n := len(b.all()); n > eventsAtOnce {
		t.Errorf("%d were written at once, %d are the most", n, eventsAtOnce)
	}
	e.close()
}

// A dry run leaves nothing behind, and an exempt namespace is no news.
func TestEvents_OfBypasses(t *testing.T) {
	b := &board{}
	e := newEvents(b, slog.New(slog.DiscardHandler), time.Hour)
	r := Request{Kind: "Deployment", Resource: Resource{"apps", "v1", "deployments"}, Name: "web", Namespace: "shop", Operation: Update, User: User{Name: "jane\n"}}
	dry := r
	dry.DryRun = true
	e.bypassed(&r, nil)
	e.bypassed(&r, &Bypass{How: bypassNamespace, Name: "shop"})
	e.bypassed(&dry, &Bypass{How: bypassGroup, Name: "breakers"})
	e.bypassed(&r, &Bypass{How: bypassGroup, Name: "breakers"})
	e.bypassed(&r, &Bypass{How: bypassToken, Name: "t-1", Signer: "alice", Reason: "why"})
	e.close()
	all := b.all()
	if len(all) != 2 || all[0].Reason != "ExemptionUsed" || all[1].Reason != "GlassBroken" || !all[1].Warning || all[1].Related != (Related{"apps/v1", "Deployment", "shop", "web"}) {
		t.Fatalf("%+v", all)
	}
	if note := all[1].Note; !strings.Contains(note, "changed deployments.apps/web in namespace shop by the break-glass token t-1 of alice") || strings.Contains(note, "\n") {
		t.Errorf("%q", note)
	}
}

// However much exempt controllers do, and however slowly events are written,
// that the glass was broken is told.
func TestNews_ExemptionsDoNotHideABrokenGlass(t *testing.T) {
	b := &board{}
	slow := func(context.Context) error { time.Sleep(10 * time.Millisecond); return nil }
	b.fail.Store(&slow)
	n := newNews(b, slog.New(slog.DiscardHandler))
	r := Request{Kind: "Pod", Resource: Resource{"", "v1", "pods"}, Name: "web", Operation: Create, User: User{Name: "system:serviceaccount:kube-system:replicaset-controller"}}
	for i := range 5 * eventsQueued {
		r.Namespace = fmt.Sprint("shop-", i)
		n.bypassed(&r, &Bypass{How: bypassGroup, Name: "system:serviceaccounts:kube-system"})
	}
	n.bypassed(&r, &Bypass{How: bypassToken, Name: "t-1", Signer: "alice", Reason: "why"})
	waitFor(t, "the broken glass", func() bool {
		return slices.ContainsFunc(b.all(), func(e Event) bool { return e.Reason == "GlassBroken" })
	})
	if n.exemptions.dropped.Load() == 0 {
		t.Error("the queue of exemptions was not full")
	}
	n.close()
}
