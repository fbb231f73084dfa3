package cli

import (
	"os"
	"runtime/debug"
)

// The collector may let garbage grow to four times of what lives, since the
// documents of a file die young: over ten thousand manifests that takes a
// sixth of the processor time away for 60 MB of memory. Above the limit it
// works as hard as it must. GOGC and GOMEMLIMIT, where they are set, count
// instead.
const (
	garbagePercent = 400
	memoryLimit    = 400 << 20
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
