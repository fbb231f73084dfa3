package admission

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guard/internal/report"
)

// Event is something that whoever looks after the cluster should see.
type Event struct {
	Reason  string // why it is told: GlassBroken
	Action  string // what was done: Admit
	Note    string // for people, on one line
	Warning bool
	Related Related // the object that it is about; zero: none
	Count   int     // how often it came about since it was told last, with this time
}

// Related is an object of the cluster.
type Related struct {
	APIVersion, Kind, Namespace, Name string
}

// EventWriter writes events where people look for them. It bounds the time by
// the context alone.
type EventWriter interface {
	WriteEvent(ctx context.Context, e Event) error
}

// events hands events on beside the reviews, and never holds one up: what is
// told again within a while is counted and told once, and what cannot be
// written is tried again then.
type events struct {
	writer EventWriter // nil: nobody is told
	log    *slog.Logger
	again  time.Duration // how long a kind of event is counted before it is told again
	queue  chan keyedEvent
	stop   chan struct{}
	done   chan struct{}
	once   sync.Once

	written, failed, dropped atomic.Int64
}

// keyedEvent is an event with what it has in common with those that are told
// together with it.
type keyedEvent struct {
	Event
	key string
}

// The limits of events.
const (
	eventsQueued = 256
	eventKinds   = 256             // that are told apart at a time
	eventsAtOnce = 20              // written within eventAgain, at most
	eventAgain   = time.Minute     // see events.again
	eventTime    = 2 * time.Second // for writing one
	eventsDrain  = 3 * time.Second // for writing what is left at the end
	maxNote      = 1000            // bytes; the API takes 1,024
)

func newEvents(writer EventWriter, log *slog.Logger, again time.Duration) *events {
	e := &events{writer: writer, log: log, again: again, queue: make(chan keyedEvent, eventsQueued), stop: make(chan struct{}), done: make(chan struct{})}
	go e.run()
	return e
}

// record queues an event. Those of the same key are told together.
func (e *events) record(event Event, key string) {
	if e.writer == nil {
		return
	}
	event.Note = cut(report.Clean(event.Note), maxNote)
	select {
	case e.queue <- keyedEvent{event, event.Reason + "\x00" + key}:
	default:
		e.dropped.Add(1)
	}
}

// close writes what is left, for a bounded time. What is recorded afterwards is
// not told.
func (e *events) close() {
	e.once.Do(func() { close(e.stop) })
	<-e.done
}

// pending is a kind of event.
type pending struct {
	newest  Event
	held    int       // how many are not told yet
	written time.Time // when it was told, or tried to be, last
}

func (e *events) run() {
	defer close(e.done)
	t := teller{events: e, kinds: map[string]*pending{}}
	ticker := time.NewTicker(max(e.again/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case event := <-e.queue:
			t.take(event, time.Now())
		case <-e.stop:
			t.end()
			return
		case <-ticker.C:
			t.flush(time.Now())
		}
	}
}

// teller is the state of the one goroutine that writes events.
type teller struct {
	*events
	kinds map[string]*pending
	began time.Time // of the time in which so many may be written
	spent int
}

func (t *teller) take(event keyedEvent, now time.Time) {
	if kind := t.hold(event); kind != nil {
		t.tell(kind, now)
	}
}

// hold counts an event with those of its kind; nil where there is no room for
// one more kind.
func (t *teller) hold(event keyedEvent) *pending {
	kind := t.kinds[event.key]
	if kind == nil {
		if len(t.kinds) >= eventKinds {
			t.dropped.Add(1)
			return nil
		}
		kind = &pending{}
		t.kinds[event.key] = kind
	}
	kind.newest = event.Event
	kind.held++
	return kind
}

// flush tells what was counted long enough, and forgets what is over.
func (t *teller) flush(now time.Time) {
	for _, key := range slices.Sorted(maps.Keys(t.kinds)) {
		kind := t.kinds[key]
		if kind.held > 0 {
			t.tell(kind, now)
		} else if now.Sub(kind.written) >= t.again {
			delete(t.kinds, key)
		}
	}
}

// tell writes a kind of event where its time has come.
func (t *teller) tell(kind *pending, now time.Time) {
	if now.Sub(t.began) >= t.again {
		t.began, t.spent = now, 0
	}
	if now.Sub(kind.written) < t.again || t.spent >= eventsAtOnce {
		return
	}
	t.spent++
	ctx, cancel := context.WithTimeout(context.Background(), eventTime)
	defer cancel()
	t.write(ctx, kind)
	kind.written = now
}

func (t *teller) write(ctx context.Context, kind *pending) {
	event := kind.newest
	event.Count = kind.held
	if err := t.try(ctx, event); err != nil {
		t.failed.Add(1)
		t.log.Warn("an event could not be written; it is tried again", "reason", event.Reason, "note", event.Note, "error", err.Error())
		return
	}
	t.written.Add(1)
	kind.held = 0
}

// try makes an error of a panic.
func (t *teller) try(ctx context.Context, event Event) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("an error inside of guard: %v", value)
		}
	}()
	return t.writer.WriteEvent(ctx, event)
}

// end writes what is left, once.
func (t *teller) end() {
	for range len(t.queue) {
		t.hold(<-t.queue)
	}
	ctx, cancel := context.WithTimeout(context.Background(), eventsDrain)
	defer cancel()
	for _, key := range slices.Sorted(maps.Keys(t.kinds)) {
		kind := t.kinds[key]
		if kind.held == 0 {
			continue
		}
		if ctx.Err() != nil {
			t.dropped.Add(1)
			continue
		}
		t.write(ctx, kind)
	}
}

// news are the events of a webhook. Exemptions have a queue, kinds and a rate of
// their own: there may be as many as there are requests of controllers, which
// must not be in the way of what is told rarely.
type news struct{ rare, exemptions *events }

func newNews(writer EventWriter, log *slog.Logger) news {
	return news{newEvents(writer, log, eventAgain), newEvents(writer, log, eventAgain)}
}

func (n news) close() {
	var closing sync.WaitGroup
	for _, e := range []*events{n.rare, n.exemptions} {
		closing.Go(e.close)
	}
	closing.Wait()
}

func (n news) configured(err error) { n.rare.configured(err) }

// bypassed tells of a bypass.
func (n news) bypassed(r *Request, b *Bypass) {
	if b != nil && b.How == bypassToken {
		n.rare.bypassed(r, b)
		return
	}
	n.exemptions.bypassed(r, b)
}

// bypassed tells that the rules were passed over for a person. That namespaces
// are exempt is for the configuration to say, and no news. A dry run lets
// nothing in, and must leave nothing behind.
func (e *events) bypassed(r *Request, b *Bypass) {
	if b == nil || b.How == bypassNamespace || r.DryRun {
		return
	}
	version := r.Resource.Version
	if r.Resource.Group != "" {
		version = r.Resource.Group + "/" + version
	}
	event := Event{
		Reason: "ExemptionUsed", Action: "Admit", Warning: true,
		Note:    fmt.Sprintf("%s %s %s/%s in namespace %s by %s", logged(r.User.Name), pastTense(r.Operation), logged(resourceName(r)), logged(r.Name), logged(r.Namespace), logged(b.String())),
		Related: Related{version, logged(r.Kind), logged(r.Namespace), logged(r.Name)},
	}
	if b.How == bypassToken {
		event.Reason = "GlassBroken"
	}
	e.record(event, key(b.How, b.Name, r.User.Name, r.Namespace, r.Kind))
}

func pastTense(o Operation) string {
	if o == Create {
		return "created"
	}
	return "changed"
}

// configured tells whether what the configuration holds now counts.
func (e *events) configured(err error) {
	if err != nil {
		e.record(Event{Reason: "ConfigurationRejected", Action: "Load", Warning: true, Note: "The configuration cannot be used: " + err.Error()}, "")
		return
	}
	e.record(Event{Reason: "ConfigurationAccepted", Action: "Load", Note: "The configuration has changed, and decides."}, "")
}
