package finding

import (
	"cmp"
	"fmt"
)

// Location is a region of a file. File is relative to the root of the check,
// with forward slashes. Lines and columns are 1-based; columns count characters (code points); a
// zero Line means the file as a whole. EndColumn is the column just behind the
// last character.
type Location struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

// String writes file:line:column, leaving out what is zero.
func (l Location) String() string {
	switch {
	case l.Line == 0:
		return l.File
	case l.Column == 0:
		return fmt.Sprintf("%s:%d", l.File, l.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", l.File, l.Line, l.Column)
	}
}

// Compare orders locations by file, line and column.
func (l Location) Compare(other Location) int {
	return cmp.Or(
		cmp.Compare(l.File, other.File),
		cmp.Compare(l.Line, other.Line),
		cmp.Compare(l.Column, other.Column),
	)
}
