package tree

import "fmt"

// Part is one document of a stream.
type Part struct {
	Root     *Node   // nil where Err is set
	Line     int     // where the document starts, 1-based
	Err      *Error  // why it could not be read at all
	Problems []Error // what was read and is wrong all the same: duplicate keys
}

// Error is a place at which a text is not what it should be.
type Error struct {
	Line    int // 1-based; 0 where unknown
	Column  int // 1-based; 0 where unknown
	Message string
	Limit   bool // a limit was exceeded
}

// Error writes line, column and message.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.Message
	case e.Column == 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// The limits that every reader keeps. What exceeds one is an [Error] with
// Limit set.
const (
	MaxDepth = 200       // nested collections
	MaxNodes = 1_000_000 // nodes of one text, every use of an alias counted
	MaxBytes = 10 << 20  // of one text

	maxDocuments = 50_000 // of one stream
)

func limitError(line, column int, message string) *Error {
	return &Error{Line: line, Column: column, Message: "limit exceeded: " + message, Limit: true}
}

var (
	tooLarge = fmt.Sprintf("larger than %d MiB", MaxBytes>>20)
	tooDeep  = fmt.Sprintf("nested deeper than %d levels", MaxDepth)
	tooOften = fmt.Sprintf("more than %d documents", maxDocuments)
	tooMany  = fmt.Sprintf("more than %d values, aliases expanded", MaxNodes)
)
