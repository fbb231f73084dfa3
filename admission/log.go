package admission

import (
	"encoding/json"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"guard/internal/report"
)

// Log writes one line of JSON for each decision. It never holds up a review:
// what the sink cannot take in time is counted and left out.
type Log struct {
	lines   chan []byte
	dropped atomic.Int64
	done    chan struct{}
	once    sync.Once
	now     func() time.Time
}

// maxQueued is how many lines wait for a slow sink.
const maxQueued = 1024

// NewLog starts to write to a sink. Close ends it.
func NewLog(sink io.Writer) *Log {
	l := &Log{lines: make(chan []byte, maxQueued), done: make(chan struct{}), now: time.Now}
	go func() {
		defer close(l.done)
		for line := range l.lines {
			if _, err := sink.Write(line); err != nil {
				l.dropped.Add(1)
			}
		}
	}()
	return l
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
	Causes    []string          `json:"causes,omitempty"`
	Message   string            `json:"message,omitempty"` // where guard cannot decide
	Seconds   float64           `json:"seconds"`
}

// maxLogged bounds a text of the log that somebody else has chosen, in bytes.
const maxLogged = 512

// Write queues a decision.
func (l *Log) Write(r Request, a Response, took time.Duration) {
	d := decision{
		Time: l.now().UTC().Format(time.RFC3339Nano), UID: logged(r.UID), Operation: r.Operation, Resource: logged(resourceName(&r)),
		Namespace: logged(r.Namespace), Name: logged(r.Name), User: logged(r.User.Name), DryRun: r.DryRun,
		Allowed: a.Allowed, Audit: a.Audit, Seconds: took.Seconds(),
	}
	for _, c := range a.Causes {
		d.Causes = append(d.Causes, logged(c.Rule+" "+c.Field))
	}
	if !a.Allowed && len(a.Causes) == 0 {
		d.Message = logged(a.Message)
	}
	line, err := json.Marshal(d)
	if err != nil {
		l.dropped.Add(1)
		return
	}
	select {
	case l.lines <- append(line, '\n'):
	default:
		l.dropped.Add(1)
	}
}

// Dropped is how many decisions were not written.
func (l *Log) Dropped() int64 { return l.dropped.Load() }

// Close writes what is queued. Nothing may be written afterwards.
func (l *Log) Close() {
	l.once.Do(func() { close(l.lines) })
	<-l.done
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
