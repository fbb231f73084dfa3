package cli

import (
	"fmt"
	"sync"
	"time"
)

// progressAfter is how long a run stays silent; progressEvery is how often its
// line is drawn anew.
const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// progress is a line on the terminal that says how far a long run is. Where
// standard error is no terminal it does nothing.
type progress struct {
	world *World
	shown bool
	next  time.Time
	mu    sync.Mutex
}

func newProgress(w *World) *progress {
	if _, ok := w.Terminal(w.Err); !ok {
		return &progress{}
	}
	return &progress{world: w, next: w.Now().Add(progressAfter)}
}

func (p *progress) files(done, total int) { p.update("checking %d of %d files", done, total) }

func (p *progress) images(done, total int) {
	p.update("asking registries for %d of %d images", done, total)
}

// update draws the line where it is time to.
func (p *progress) update(format string, done, total int) {
	if p.world == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.world.Now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressEvery), true
	fmt.Fprintf(p.world.Err, "\r\x1b[K"+format, done, total)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.world.Err, "\r\x1b[K")
	}
}
