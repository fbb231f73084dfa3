package cli

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long a run may take to end after a signal. What hangs longer,
// such as a read that the system does not answer, is left behind.
const grace = 3 * time.Second

// UntilSignal runs a command line whose context ends with SIGINT or SIGTERM,
// and returns its exit code. After a signal that is never 0: whatever was
// written until then need not be whole.
func UntilSignal(run func(context.Context) int) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done := make(chan int, 1)
	go func() { done <- run(ctx) }()
	select {
	case code := <-done:
		return code
	case <-ctx.Done():
		return afterSignal(done)
	}
}

func afterSignal(done <-chan int) int {
	select {
	case code := <-done:
		return cmp.Or(code, exitFailed)
	case <-time.After(grace):
		return exitFailed
	}
}
