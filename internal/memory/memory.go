// Package memory sets how hard the garbage collector of guard's programs works.
package memory

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
)

// What a program makes of a file or a review dies young, so garbage may grow
// to four times of what lives: over ten thousand manifests that takes a sixth
// of the processor time away for 60 MB of memory, over reviews a quarter for
// 20. Above the limit the collector works as hard as it must.
const (
	garbagePercent = 400
	most           = 400 << 20 // bytes
)

// Tune tells the collector. GOGC and GOMEMLIMIT, where they are set, count
// instead.
func Tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit(os.ReadFile("/sys/fs/cgroup/memory.max")))
	}
}

// limit is in bytes: four fifths of what a container may have, by the file of
// its control group (Linux, cgroup v2: a number, or max), and never more than
// most.
func limit(file []byte, err error) int64 {
	allowed, wrong := strconv.ParseInt(string(bytes.TrimSpace(file)), 10, 64)
	if err != nil || wrong != nil || allowed <= 0 {
		return most
	}
	return min(most, allowed/5*4)
}
