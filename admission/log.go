package admission

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"guard/internal/document"
	"guard/internal/report"
)

// Log writes one line of JSON for each decision. It never holds up a review:
// what the sink cannot take in time is counted and left out, and a line says
// how much that was.
type Log struct {
	options LogOptions
	sink    io.Writer
	queue   chan entry
	held    atomic.Int64 // bytes of objects in the queue
	dropped atomic.Int64
	done    chan struct{}
	once    sync.Once
	now     func() time.Time
}

// LogOptions say what else a log holds.
type LogOptions struct {
	// Inputs keeps the objects, with their secrets redacted; it is how they are
	// read now. Nil: they are not kept.
	Inputs func() document.Options
	// Tell is called with how many decisions were lost in all, once in a while
	// as that grows. Nil: nobody is told.
	Tell func(lost int64)
}

// The limits of a log.
const (
	maxQueued = 1024            // decisions that wait for a slow sink
	maxInput  = 1 << 20         // bytes of an object that is kept
	maxHeld   = 32 << 20        // bytes of objects that wait
	lossEvery = 5 * time.Second // between two lines that tell of lost decisions
	logDrain  = 5 * time.Second // for writing what is left at the end
)

// entry is a decision that waits to be written, with its objects where they are
// kept.
type entry struct {
	decision    decision
	object, old []byte
}

// NewLog starts to write to a sink, each line by one call. Where the sink has a
// method Dropped, of how many lines it has lost, they count, too. Close ends it.
func NewLog(sink io.Writer, options LogOptions) *Log {
	l := &Log{options: options, sink: sink, queue: make(chan entry, maxQueued), done: make(chan struct{}), now: time.Now}
	go l.run()
	return l
}

func (l *Log) run() {
	defer close(l.done)
	var said int64
	var at time.Time
	for e := range l.queue {
		l.write(&e)
		if now := l.now(); now.Sub(at) >= lossEvery {
			said, at = l.tell(said), now
		}
	}
	l.tell(said)
}

// tell writes a line about decisions that were lost since those that it was
// said of, where there are any, and returns of how many it is said now.
func (l *Log) tell(said int64) int64 {
	lost := l.Dropped()
	if lost == said {
		return said
	}
	if l.options.Tell != nil {
		l.options.Tell(lost)
	}
	if err := l.line(loss{Time: l.now().UTC().Format(time.RFC3339Nano), Dropped: lost - said}); err != nil {
		return said
	}
	return lost
}

// line writes a line. A panic of the sink is an error like any other.
func (l *Log) line(of any) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("an error inside of guard: %v", value)
		}
	}()
	text, err := json.Marshal(of)
	if err == nil {
		_, err = l.sink.Write(append(text, '\n'))
	}
	return err
}

// loss is a line of the log that stands for those that are not there.
type loss struct {
	Time    string `json:"time"`
	Dropped int64  `json:"dropped"`
}

func (l *Log) write(e *entry) {
	if l.options.Inputs != nil {
		l.held.Add(-int64(len(e.object) + len(e.old)))
		l.keep(e)
	}
	if err := l.line(e.decision); err != nil {
		l.dropped.Add(1)
	}
}

// keep puts the objects into a decision, without their secrets.
func (l *Log) keep(e *entry) {
	in := e.decision.Input
	if in == nil || in.Omitted != "" {
		return
	}
	var err error
	if in.Object, err = l.redacted(e.object); err == nil {
		in.OldObject, err = l.redacted(e.old)
	}
	if err != nil {
		in.Object, in.OldObject, in.Omitted = nil, nil, logged(err.Error())
	}
}

// redacted is an object as it may be kept; nil where there is none. A panic
// leaves out the object, and nothing else.
func (l *Log) redacted(object []byte) (kept json.RawMessage, err error) {
	defer func() {
		if value := recover(); value != nil {
			kept, err = nil, errors.New("an error inside of guard")
		}
	}()
	if len(object) == 0 {
		return nil, nil
	}
	return document.RedactObject(object, l.options.Inputs())
}

// decision is a line of the log.
type decision struct {
	Time      string            `json:"time"`
	UID       string            `json:"uid"`
	Operation Operation         `json:"operation"`
	Resource  string            `json:"resource"`
	Namespace string            `json:"namespace,omitempty"`
	Name      string            `json:"name,omitempty"`
	User      string            `json:"user"`
	DryRun    bool              `json:"dry_run,omitempty"`
	Allowed   bool              `json:"allowed"`
	Audit     map[string]string `json:"audit,omitempty"`
	Bypass    *loggedBypass     `json:"bypass,omitempty"`
	Causes    []string          `json:"causes,omitempty"`
	Message   string            `json:"message,omitempty"` // where guard cannot decide
	Seconds   float64           `json:"seconds"`
	Input     *input            `json:"input,omitempty"`
}

// loggedBypass is a [Bypass] in the log.
type loggedBypass struct {
	How    string `json:"how"`
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
	Signer string `json:"signer,omitempty"`
}

// input is what a decision was about, so that it can be judged again by other
// rules.
type input struct {
	Kind        string          `json:"kind"`
	Group       string          `json:"group"`
	Version     string          `json:"version"`
	Resource    string          `json:"resource"`
	Subresource string          `json:"subresource,omitempty"`
	UserGroups  []string        `json:"user_groups,omitempty"`
	Object      json.RawMessage `json:"object,omitempty"`
	OldObject   json.RawMessage `json:"old_object,omitempty"`
	Omitted     string          `json:"omitted,omitempty"` // why the objects are not there; "" where they are
}

// maxLogged bounds a text of the log that somebody else has chosen, in bytes,
// and maxGroups how many groups of a user are kept.
const (
	maxLogged = 512
	maxGroups = 64
)

// Write queues a decision.
func (l *Log) Write(r Request, a Response, took time.Duration) {
	e := entry{decision: decision{
		Time: l.now().UTC().Format(time.RFC3339Nano), UID: logged(r.UID), Operation: r.Operation, Resource: logged(resourceName(&r)),
		Namespace: logged(r.Namespace), Name: logged(r.Name), User: logged(r.User.Name), DryRun: r.DryRun,
		Allowed: a.Allowed, Audit: a.Audit, Seconds: took.Seconds(),
	}}
	for _, c := range a.Causes {
		e.decision.Causes = append(e.decision.Causes, logged(c.Rule+" "+c.Field))
	}
	if !a.Allowed && len(a.Causes) == 0 {
		e.decision.Message = logged(a.Message)
	}
	if b := a.Bypass; b != nil {
		e.decision.Bypass = &loggedBypass{How: b.How, Name: logged(b.Name), Reason: logged(b.Reason), Signer: logged(b.Signer)}
	}
	if l.options.Inputs != nil {
		l.hold(&e, &r)
	}
	select {
	case l.queue <- e:
	default:
		l.held.Add(-int64(len(e.object) + len(e.old)))
		l.dropped.Add(1)
	}
}

// hold keeps the objects of a request with an entry, where there is room for
// them.
func (l *Log) hold(e *entry, r *Request) {
	in := &input{
		Kind: logged(r.Kind), Group: logged(r.Resource.Group), Version: logged(r.Resource.Version), Resource: logged(r.Resource.Resource),
		Subresource: logged(r.Subresource),
	}
	for _, group := range r.User.Groups[:min(len(r.User.Groups), maxGroups)] {
		in.UserGroups = append(in.UserGroups, logged(group))
	}
	e.decision.Input = in
	size := int64(len(r.Object) + len(r.OldObject))
	switch {
	case len(r.Object) > maxInput || len(r.OldObject) > maxInput:
		in.Omitted = fmt.Sprintf("larger than %d KiB", maxInput>>10)
	case l.held.Add(size) > maxHeld:
		l.held.Add(-size)
		in.Omitted = "too many objects waited to be written"
	default:
		e.object, e.old = r.Object, r.OldObject
	}
}

// Dropped is how many decisions were not written, or have not arrived.
func (l *Log) Dropped() int64 {
	lost := l.dropped.Load()
	if sink, counts := l.sink.(interface{ Dropped() int64 }); counts {
		lost += sink.Dropped()
	}
	return lost
}

// Close writes what is queued, for a bounded time. Nothing may be written
// afterwards.
func (l *Log) Close() {
	l.once.Do(func() { close(l.queue) })
	select {
	case <-l.done:
	case <-time.After(logDrain):
	}
}

func logged(text string) string { return cut(report.Clean(text), maxLogged) }

// resourceName writes what a request is about as kubectl does: deployments.apps,
// pods/exec.
func resourceName(r *Request) string {
	if r.Subresource == "" {
		return r.Resource.String()
	}
	return r.Resource.String() + "/" + r.Subresource
}

// String writes the resource as kubectl does: deployments.apps.
func (r Resource) String() string {
	if r.Group == "" {
		return r.Resource
	}
	return r.Resource + "." + r.Group
}
