package admission

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestCrew_RunsEverythingAtOnceAndEndsWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew()
		const many = 50
		var group sync.WaitGroup
		all, goOn := make(chan int, 2*many+1), make(chan struct{})
		for i := range many {
			group.Go(func() {
				c.do(func() { all <- i; <-goOn })
				all <- many + i
			})
		}
		synctest.Wait()
		if len(all) != many {
			t.Errorf("%d of %d run at the same time", len(all), many)
		}
		close(goOn)
		group.Wait()
		// One that is there takes the next.
		c.do(func() { all <- -1 })
		close(all)
		seen := map[int]bool{}
		for i := range all {
			seen[i] = true
		}
		if len(seen) != 2*many+1 {
			t.Errorf("%d of %d have run and returned", len(seen), 2*many+1)
		}
		time.Sleep(2 * crewIdle) // synctest fails where a goroutine is there after that
	})
}

func TestCrew_KeepsWhoHasWorked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew()
		c.do(func() {})
		synctest.Wait()
		select {
		case c.waiting <- func() {}:
		default:
			t.Error("nobody waits for the next")
		}
		time.Sleep(2 * crewIdle)
	})
}
