package registrytest

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// Peak runs f and answers by how many bytes the memory of this process grew
// meanwhile, at its peak. It skips the test where the system does not tell;
// with the race detector, which needs memory of its own, it answers 0.
func Peak(t testing.TB, f func()) int64 {
	t.Helper()
	if raceDetector {
		f()
		return 0
	}
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Skipf("the peak of memory is not known here: %v", err)
	}
	before := memory(t, "VmRSS:")
	f()
	return memory(t, "VmHWM:") - before
}

func memory(t testing.TB, field string) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	_, after, _ := strings.Cut(string(status), field)
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kilobytes, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		t.Fatalf("%s %q: %v", field, number, err)
	}
	return kilobytes << 10
}
