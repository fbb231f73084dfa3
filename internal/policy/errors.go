package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Error is one thing that is wrong with a rule or with what a configuration
// says of it.
type Error struct {
	Place
	Message string
	Text    string // the line it is about; "" where unknown
}

// Error writes file:line:column: message.
func (e *Error) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	default:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
}

// Errors is everything that [Compile] found wrong, in the order of file and
// line.
type Errors []*Error

// Error writes one error after the other, each with the line it is about.
func (e Errors) Error() string {
	var lines []string
	for _, err := range e {
		lines = append(lines, err.Error())
		if quoted := err.Excerpt(); quoted != "" {
			lines = append(lines, "\t"+strings.ReplaceAll(quoted, "\n", "\n\t"))
		}
	}
	return strings.Join(lines, "\n")
}

func (e *Errors) add(place Place, format string, args ...any) {
	*e = append(*e, &Error{Place: place, Message: fmt.Sprintf(format, args...)})
}

// result sorts the errors, drops repetitions and returns nil where there are
// none.
func (e Errors) result() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(e, func(a, b *Error) bool { return *a == *b })
}

// fromParse takes over why a module cannot be parsed.
func (e *Errors) fromParse(file string, err error) {
	var own *Error
	if errors.As(err, &own) {
		*e = append(*e, own)
		return
	}
	e.fromOPA(file, err)
}

// fromOPA takes over the errors of OPA's parser or compiler.
func (e *Errors) fromOPA(file string, err error) {
	var list ast.Errors
	if !errors.As(err, &list) {
		e.add(Place{File: file}, "%v", err)
		return
	}
	for _, one := range list {
		if _, drawn := one.Details.(*ast.ParserErrorDetail); drawn && file != "" {
			one.Details = nil // the line is quoted anyway
		}
		e.add(place(file, one.Location), "%s", opaMessage(one))
	}
}

func place(file string, loc *ast.Location) Place {
	if loc == nil {
		return Place{File: file}
	}
	return Place{File: cmp.Or(loc.File, file), Line: loc.Row, Column: loc.Col}
}

func opaMessage(err *ast.Error) string {
	if message, ok := undefinedRef(err); ok {
		return message
	}
	if message, ok := undefinedFunction(err); ok {
		return message
	}
	if err.Details == nil {
		return err.Message
	}
	lines := append([]string{err.Message}, err.Details.Lines()...)
	if slices.Contains(lines, "right : null") || slices.Contains(lines, "left  : null") {
		lines = append(lines, "ask is_null(x) whether an object of the model is there")
	}
	return strings.Join(lines, "\n\t")
}

// ErrorText is why an evaluation ended, without the place.
func ErrorText(err error) string {
	var failed *topdown.Error
	if errors.As(err, &failed) {
		return failed.Message
	}
	return err.Error()
}
