package admission

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"guard/internal/document"
)

// gate is a sink that takes nothing while it is closed.
type gate struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (g *gate) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lines.Write(line)
}

func logOf(t *testing.T, text string) (all []decision) {
	t.Helper()
	for line := range strings.Lines(text) {
		var d decision
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, d)
	}
	return all
}

// RELIABILITY 65: a sink that takes nothing holds up no review, and the log says
// how many decisions it lacks.
func TestLog_SaysWhatItLacks(t *testing.T) {
	var told int64
	g := &gate{}
	g.mu.Lock()
	l := NewLog(g, LogOptions{Tell: func(lost int64) { told = lost }})
	began := time.Now()
	for range maxQueued + 500 {
		l.Write(Request{UID: "u"}, Response{Allowed: true}, 0)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("writing took %s", took)
	}
	lost := l.Dropped()
	g.mu.Unlock()
	l.Close()
	var said, lines int64
	for line := range strings.Lines(g.lines.String()) {
		var one loss
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		if said += one.Dropped; one.Dropped == 0 {
			lines++
		}
	}
	if lost < 499 || said != lost || told != lost || lines+lost != maxQueued+500 {
		t.Errorf("%d are lost; the log says %d, its owner was told %d, %d were written", lost, said, told, lines)
	}
}

// Objects are kept without their secrets, where they can be.
func TestLog_KeepsInputs(t *testing.T) {
	g := &gate{}
	l := NewLog(g, LogOptions{Inputs: func() document.Options { return document.Options{} }})
	const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"nginx:1.27.0","env":[{"name":"X","value":"canary"}]}]}}`
	r := Request{UID: "u", Kind: "Pod", Resource: Resource{"", "v1", "pods"}, User: User{Name: "jane", Groups: []string{"a"}}, Object: []byte(pod), OldObject: []byte(pod)}
	l.Write(r, Response{Allowed: true, Bypass: &Bypass{How: "token", Name: "t-1", Signer: "alice"}}, 0)
	large := r
	large.Object = []byte(`{"a":"` + strings.Repeat("x", maxInput) + `"}`)
	l.Write(large, Response{Allowed: true}, 0)
	broken := r
	broken.Object = []byte(`{"password":"canary",`)
	l.Write(broken, Response{}, 0)
	l.Close()
	text := g.lines.String()
	if strings.Contains(text, "canary") || l.held.Load() != 0 {
		t.Errorf("%d bytes are held; %s", l.held.Load(), text)
	}
	all := logOf(t, text)
	kept := all[0].Input
	if kept == nil || !strings.Contains(string(kept.Object), `"nginx:1.27.0"`) || len(kept.OldObject) == 0 || kept.Kind != "Pod" || kept.Resource != "pods" || kept.UserGroups[0] != "a" || all[0].Bypass.Signer != "alice" {
		t.Errorf("%s", text)
	}
	for i, want := range map[int]string{1: "larger than 1024 KiB", 2: "not one object in JSON"} {
		if in := all[i].Input; in == nil || !strings.Contains(in.Omitted, want) || in.Object != nil || in.OldObject != nil {
			t.Errorf("%d: %+v", i, in)
		}
	}
}

// Objects that wait for a slow sink have a bound; the decisions stay.
func TestLog_BoundsInputs(t *testing.T) {
	g := &gate{}
	g.mu.Lock()
	l := NewLog(g, LogOptions{Inputs: func() document.Options { return document.Options{} }})
	object := []byte(`{"apiVersion":"v1","kind":"Pod","a":"` + strings.Repeat("x", maxInput-100) + `"}`)
	for range 50 {
		l.Write(Request{UID: "u", Object: object}, Response{Allowed: true}, 0)
	}
	if held := l.held.Load(); held > maxHeld {
		t.Errorf("%d bytes are held", held)
	}
	g.mu.Unlock()
	l.Close()
	<-l.done // however long that takes here
	omitted := 0
	for _, d := range logOf(t, g.lines.String()) {
		if d.Input.Omitted == "too many objects waited to be written" {
			omitted++
		}
	}
	if omitted < 15 || l.held.Load() != 0 {
		t.Errorf("%d were left out, %d bytes are held", omitted, l.held.Load())
	}
}
