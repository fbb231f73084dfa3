// Command guard checks pipelines, Dockerfiles and manifests against Rego
// rules.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"guard/internal/cli"
)

// The collector may let garbage grow to four times of what lives, since a
// file's documents die young: over ten thousand manifests that takes a quarter
// of the processor time away for 70 MB of memory. Above the limit it works as
// hard as it must.
const (
	garbagePercent = 400
	memoryLimit    = 256 << 20
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.System())
	stop()
	os.Exit(code)
}
