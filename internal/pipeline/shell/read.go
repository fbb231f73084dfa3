package shell

import (
	"errors"
	"fmt"
	"strings"

	"guard/internal/finding"

	"mvdan.cc/sh/v3/syntax"
)

// Dialect is a family of shells.
type Dialect uint8

// The dialects. A script for POSIX shells that only bash can read is read as
// bash does, since sh is bash on many systems.
const (
	Bash Dialect = iota
	POSIX
)

// The limits of one script. What exceeds one is an [Error].
const (
	MaxBytes    = 256 << 10
	MaxCommands = 20_000
	MaxNesting  = 2000 // brackets and compound commands inside each other
	maxInner    = 50   // substitutions inside each other
	maxScripts  = 5    // scripts inside scripts
)

// Error says why a script could not be read, and where in it.
type Error struct {
	Line    int // 1-based, within the script; 0 for the script as a whole
	Column  int // 1-based, in characters; 0 for the script as a whole
	Message string
}

// Error writes line, column and message.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Reader says how scripts are read. The zero value reads bash with no option
// set.
type Reader struct {
	Dialect  Dialect
	Pipefail bool // the shell starts with -o pipefail
	Trace    bool // the shell starts with -x

	// Place tells where a byte offset stands, where that is not simply a line
	// and column of the text itself. The result must be 1-based; nil: the
	// text's own lines.
	Place func(offset int) (line, column int)

	// Origin maps each byte of the text to the offset that Place is asked for,
	// where the text was put together from pieces; nil: they are the same.
	Origin []int

	// Macros tells whether the provider replaces $(name) before the shell reads
	// the script, as Azure Pipelines does with the names of variables; nil:
	// never.
	Macros func(name string) bool
}

// Read reads a script. See [Reader.Read].
func Read(text string, base finding.Path, dialect Dialect) ([]Command, error) {
	return Reader{Dialect: dialect}.Read(text, base)
}

// Read returns the simple commands of a script in the order they stand in.
// The paths of the result are base with a [finding.Span] behind it. The error,
// if any, is an [*Error], and no command is returned then: a script is read
// whole or not at all.
func (r Reader) Read(text string, base finding.Path) ([]Command, error) {
	w := &walker{reader: r, base: base, commands: []Command{}, options: options{r.Pipefail, r.Trace}}
	if w.reader.Place == nil {
		w.reader.Place = newLines(text).place
	}
	if err := w.script(newScript(text, r.Origin, r.Macros), context{parent: -1, pipe: -1, last: true}); err != nil {
		return nil, err
	}
	return w.commands, nil
}

// parse parses a script in the dialect asked for.
func (r Reader) parse(s *script) (*syntax.File, *Error) {
	if err := r.withinLimits(s); err != nil {
		return nil, err
	}
	variants := []syntax.LangVariant{syntax.LangBash}
	if r.Dialect == POSIX {
		variants = []syntax.LangVariant{syntax.LangPOSIX, syntax.LangBash}
	}
	var first error
	for _, variant := range variants {
		file, err := syntax.NewParser(syntax.Variant(variant)).Parse(strings.NewReader(s.masked), "")
		if err == nil {
			return file, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, r.explain(s, first)
}

func (r Reader) withinLimits(s *script) *Error {
	if len(s.text) > MaxBytes {
		return &Error{Message: fmt.Sprintf("the script has %d bytes, more than %d", len(s.text), MaxBytes)}
	}
	if i := strings.IndexByte(s.text, 0); i >= 0 {
		return r.errorAt(s, i, "a NUL byte cannot stand in a script")
	}
	if at, deep := tooDeep(s.masked); deep {
		return r.errorAt(s, at, fmt.Sprintf("nested deeper than %d levels", MaxNesting))
	}
	return nil
}

func (r Reader) explain(s *script, err error) *Error {
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		return r.errorAt(s, int(parse.Pos.Offset()), parse.Text)
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return r.errorAt(s, int(lang.Pos.Offset()), lang.Feature+" is not known in this dialect")
	}
	return &Error{Message: err.Error()}
}

func (r Reader) errorAt(s *script, offset int, message string) *Error {
	line, column := r.Place(s.start(offset))
	return &Error{Line: line, Column: column, Message: message}
}
