package policy

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"guard/internal/memory"
)

// maxGrowth is by how many bytes the heap may grow while rules are evaluated or
// compiled: by what lives, and not by what the garbage collector has still to
// fetch. Where a container may have less than three times as much, it is a third
// of that.
var maxGrowth = sync.OnceValue(func() uint64 {
	most := number(growth)
	if allowed := memory.Container(); allowed > 0 {
		return min(most, uint64(allowed)/3)
	}
	return most
})

// The times and numbers of the watch.
const (
	lookEvery   = 20 * time.Millisecond
	peacefulFor = 10 // looks, after the collector was called for nothing

	// runawayGrowth is how many times maxGrowth what was left behind may take.
	runawayGrowth = 2

	// leftPerCore is how many may be left behind for each processor. They share
	// it with everybody else, ten milliseconds each.
	leftPerCore = 4
)

// theWatch looks after all that runs rules in this process: a heap has no parts
// that belong to somebody.
var theWatch watch

// watch stops what makes the heap grow too much, and knows what goes on though
// it was stopped.
type watch struct {
	mu       sync.Mutex
	running  map[*watched]struct{}
	looking  bool
	peace    int    // so many times the collector is not called
	heap     uint64 // bytes, when it was looked at last
	ever     int64  // so many were left behind
	sounding bool   // the process was told to end
	alarm    Alarm
}

// watched is an evaluation or a compilation.
type watched struct {
	began time.Time
	base  uint64 // bytes of the heap at its beginning
	stop  func(error)
	told  bool // it was stopped for its memory
	left  bool // nobody waits for it any more
}

// Alarm is told of what goes on though it was stopped. Its functions may be nil.
type Alarm struct {
	Left    func(running int) // one more was left behind, so that there are so many
	Runaway func(why string)  // the process must end: there are too many, or they take memory without end
}

// SetAlarm says who is told; before, nobody is.
func SetAlarm(a Alarm) {
	theWatch.mu.Lock()
	defer theWatch.mu.Unlock()
	theWatch.alarm = a
}

// Left counts what was left behind, since it did not heed that it was stopped:
// what still runs, and all since the process began.
func Left() (running int, ever int64) {
	theWatch.mu.Lock()
	defer theWatch.mu.Unlock()
	return theWatch.leftNow(), theWatch.ever
}

func (w *watch) leftNow() (n int) {
	for e := range w.running {
		if e.left {
			n++
		}
	}
	return n
}

// begin takes something into the watch.
func (w *watch) begin(e *watched, stop func(error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.looking {
		w.looking, w.heap = true, heapBytes()
		time.AfterFunc(lookEvery, w.look)
	}
	if w.running == nil {
		w.running = map[*watched]struct{}{}
	}
	e.began, e.base, e.stop = time.Now(), w.heap, stop
	w.running[e] = struct{}{}
}

// end takes it out again.
func (w *watch) end(e *watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.running, e)
}

// leave notes that nobody waits for something any more; false where it has
// ended.
func (w *watch) leave(e *watched) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, runs := w.running[e]; !runs {
		return false
	}
	e.left, w.ever = true, w.ever+1
	running := w.leftNow()
	if w.alarm.Left != nil {
		go w.alarm.Left(running)
	}
	if most := leftPerCore * runtime.GOMAXPROCS(0); running > most {
		w.sound(fmt.Sprintf("%d evaluations of rules go on though they were stopped, more than %d", running, most))
	}
	return true
}

// look looks at the heap, and again after a while as long as something runs.
func (w *watch) look() {
	if w.suspects(heapBytes()) {
		runtime.GC()
		w.judge(heapBytes())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.looking = len(w.running) > 0; w.looking {
		time.AfterFunc(lookEvery, w.look)
	}
}

// suspects tells whether the heap has grown too much for something, garbage
// included.
func (w *watch) suspects(heap uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heap = heap
	if w.peace > 0 {
		w.peace--
		return false
	}
	for e := range w.running {
		if e.told && !e.left {
			return false // it is about to end
		}
	}
	return w.greediest(heap) != nil
}

// judge stops what the heap has grown too much for, without garbage.
func (w *watch) judge(heap uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heap = heap
	e := w.greediest(heap)
	switch {
	case e == nil:
		w.peace = peacefulFor
	case !e.left:
		e.told = true
		e.stop(fmt.Errorf("it takes more than %d MiB of memory", maxGrowth()>>20))
	case heap-e.base > runawayGrowth*maxGrowth():
		w.sound(fmt.Sprintf("an evaluation of rules goes on though it was stopped, and takes more than %d MiB of memory", runawayGrowth*maxGrowth()>>20))
	}
}

// greediest is what runs longest of all for which the heap has grown too much,
// what was left behind last. Rules that keep within reason are done by then.
func (w *watch) greediest(heap uint64) (worst *watched) {
	for e := range w.running {
		if heap <= e.base || heap-e.base <= maxGrowth() {
			continue
		}
		if worst == nil || worst.left && !e.left || worst.left == e.left && e.began.Before(worst.began) {
			worst = e
		}
	}
	return worst
}

// sound tells, once, that the process must end.
func (w *watch) sound(why string) {
	if w.alarm.Runaway != nil && !w.sounding {
		w.sounding = true
		go w.alarm.Runaway(why)
	}
}

// heapBytes is what lives on the heap, with garbage, and what stacks take.
func heapBytes() (bytes uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			bytes += s.Value.Uint64()
		}
	}
	return bytes
}
