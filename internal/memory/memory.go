// Package memory sets how hard the garbage collector of guard's programs works.
package memory

import (
	"bytes"
	"math"
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

// mostStack is how many bytes the stack of a goroutine may take. Where it is
// more, Go ends the process without a word of what it has found. By default that
// is 1 GB, which rules that compare deep values can reach before they are stopped
// for the memory they take.
const mostStack = min(4<<30, math.MaxInt)

// Tune tells the collector. GOGC and GOMEMLIMIT, where they are set, count
// instead.
func Tune() {
	debug.SetMaxStack(mostStack)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit(Container()))
	}
}

// Container is how many bytes the container may have that the process runs in;
// 0 where there is none, or nobody says.
func Container() int64 { return allowed(os.ReadFile("/sys/fs/cgroup/memory.max")) }

// allowed reads the file of a control group (Linux, cgroup v2): a number, or max.
func allowed(file []byte, err error) int64 {
	bytes, wrong := strconv.ParseInt(string(bytes.TrimSpace(file)), 10, 64)
	if err != nil || wrong != nil || bytes < 0 {
		return 0
	}
	return bytes
}

// limit is in bytes: four fifths of what a container may have, and never more
// than most.
func limit(container int64) int64 {
	if container == 0 {
		return most
	}
	return min(most, container/5*4)
}
