package check

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"

	"guard/internal/policy"
)

// PanicError is a panic inside a reader or a rule. It ends the run: nobody
// knows what was not looked at. It says which file was looked at and where in
// guard it happened, and nothing of the panic's value, which may hold any part
// of the file and so a secret.
type PanicError struct {
	File  string   // "" where no single file was looked at
	What  string   // the text of an error of Go's runtime, else the type of the value
	Place string   // the innermost function of guard's own
	Stack []string // all functions, the innermost first
}

// Error names file, kind and place of the panic.
func (e *PanicError) Error() string {
	text := fmt.Sprintf("internal error: %s in %s", e.What, e.Place)
	if e.File == "" {
		return text
	}
	return e.File + ": " + text
}

// maxFrames bounds the functions of a stack that are kept.
const maxFrames = 64

// NewPanicError describes a panic by the value that it was recovered with. The
// deferred function that recovers must call it itself.
func NewPanicError(file string, value any) *PanicError {
	callers := make([]uintptr, maxFrames)
	callers = callers[:runtime.Callers(0, callers)]
	if elsewhere, is := value.(*policy.Panic); is {
		value, callers = elsewhere.Value, elsewhere.Callers
	}
	e := &PanicError{File: file, What: whatOf(value), Place: "an unknown place"}
	frames := runtime.CallersFrames(callers)
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		e.Stack = append(e.Stack, fmt.Sprintf("%s (%s:%d)", frame.Function, path.Base(frame.File), frame.Line))
		if frame.Function == "runtime.gopanic" {
			e.Stack = nil // above is what recovers
		}
	}
	for _, place := range e.Stack {
		if strings.HasPrefix(place, "guard/") {
			e.Place = place
			break
		}
	}
	return e
}

// whatOf is what may be told of a panic's value. The runtime's own errors speak
// of indexes and types alone.
func whatOf(value any) string {
	if err, ok := value.(runtime.Error); ok && definedIn(reflect.TypeOf(value)) == "runtime" {
		return err.Error()
	}
	return fmt.Sprintf("a panic with a value of type %T", value)
}

func definedIn(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath()
}
