// Package memory sets how hard the garbage collector of guard's programs works.
package memory

import (
	"os"
	"runtime/debug"
)

// What a program makes of a file or a review dies young, so garbage may grow
// to four times of what lives: over ten thousand manifests that takes a sixth
// of the processor time away for 60 MB of memory, over reviews a quarter for
// 20. Above the limit the collector works as hard as it must.
const (
	garbagePercent = 400
	limit          = 400 << 20 // bytes
)

// Tune tells the collector. GOGC and GOMEMLIMIT, where they are set, count
// instead.
func Tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
