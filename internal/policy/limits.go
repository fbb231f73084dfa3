package policy

import (
	"strconv"
	"sync"
	"time"
)

// The limits of rules: how long they may take to be evaluated on one document,
// and to be compiled, and how many bytes of memory. The linker can set others,
// for tests of whole processes.
var (
	evaluationTime  = "10s"
	compilationTime = "1m"
	growth          = "1073741824"
)

var (
	maxEvaluation  = sync.OnceValue(func() time.Duration { return duration(evaluationTime) })
	maxCompilation = sync.OnceValue(func() time.Duration { return duration(compilationTime) })
)

func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err) // only a linker can bring it
	}
	return d
}

func number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		panic(err) // only a linker can bring it
	}
	return n
}
