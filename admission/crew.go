package admission

import "time"

// crew runs functions on goroutines that it keeps. A rule's evaluation goes
// deep, and a goroutine that is new to each review would have to grow its stack
// each time, by copying it, which costs a fifth of a review.
type crew struct{ waiting chan func() }

// crewIdle is after how long a goroutine ends that nobody needs.
const crewIdle = time.Minute

func newCrew() *crew { return &crew{waiting: make(chan func())} }

// do runs a function, which must not panic, and returns when it has. It never
// waits for others: where all goroutines are busy, there is one more.
func (c *crew) do(work func()) {
	done := make(chan struct{})
	job := func() {
		defer close(done)
		work()
	}
	select {
	case c.waiting <- job:
	default:
		go c.serve(job)
	}
	<-done
}

func (c *crew) serve(job func()) {
	idle := time.NewTimer(crewIdle)
	defer idle.Stop()
	for {
		job()
		idle.Reset(crewIdle)
		select {
		case job = <-c.waiting:
		case <-idle.C:
			return
		}
	}
}
