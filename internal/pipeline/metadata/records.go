package metadata

import (
	"errors"
	"strings"
)

// Limits of what is looked at of one input.
const (
	maxText  = 64 << 10 // bytes
	maxLines = 200
)

// line is one entry of an input that is a list.
type line struct {
	number int // from 0 on
	text   string
}

var errTooLong = errors.New("the input is longer than what is looked at")

// lines splits an input into its entries. The action reads it as a table with
// commas and quotes, whose rows it joins again: quotes around a cell are gone
// afterwards, and what stands between them may run over lines.
func lines(text string, major int) ([]line, error) {
	trimmed := strings.TrimLeft(text, blanks)
	skipped := text[:len(text)-len(trimmed)]
	if len(text) > maxText {
		return nil, errTooLong
	}
	r := reader{text: []rune(strings.TrimRight(trimmed, blanks)), relaxed: true, comments: true, infix: major < 6}
	rows, err := r.rows()
	if err != nil {
		return nil, err
	}
	var list []line
	for _, row := range rows {
		joined := strings.Join(row.cells, ",")
		if joined == "" {
			continue
		}
		list = append(list, line{row.number + strings.Count(skipped, "\n"), strings.Trim(joined, blanks)})
	}
	if len(list) > maxLines {
		return nil, errTooLong
	}
	return list, nil
}

// blanks is white space as the action trims it.
const blanks = " \t\n\v\f\r\u00a0\u2028\u2029\ufeff"

// cells splits an entry at its commas; quotes hold a cell together.
func cells(text string) ([]string, error) {
	r := reader{text: []rune(text)}
	rows, err := r.rows()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("the line is empty")
	}
	return rows[0].cells, nil
}

// reader reads a table of comma-separated cells.
type reader struct {
	text     []rune
	relaxed  bool // a quote inside of a cell is a character like any other
	comments bool // # begins a comment
	infix    bool // also behind other text

	pos     int
	number  int    // of the line that pos is in
	newline string // what ends rows: the first line end that was met

	cell   []rune
	quoted bool // the cell was opened by a quote
	row    row
	table  []row
}

type row struct {
	number int
	cells  []string
}

func (r *reader) rows() ([]row, error) {
	for r.pos < len(r.text) {
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	if len(r.cell) > 0 || r.quoted || len(r.row.cells) > 0 {
		r.endRow()
	}
	return r.table, nil
}

// step reads one character, or all that stands between two quotes.
func (r *reader) step() error {
	c := r.text[r.pos]
	switch {
	case r.atQuote():
		return r.quotedCell()
	case r.lineEnd(r.pos) > 0:
		r.pos += r.lineEnd(r.pos)
		if len(r.cell) > 0 || r.quoted || len(r.row.cells) > 0 {
			r.endRow()
		}
		r.number++
		r.row.number = r.number
		return nil
	case c == '#' && r.comments && (r.infix || len(r.row.cells) == 0 && len(r.cell) == 0):
		for r.pos < len(r.text) && r.lineEnd(r.pos) == 0 {
			r.pos++
		}
		return nil
	case c == ',':
		r.endCell()
	case c == '"' && !r.relaxed:
		return errors.New(`a quote stands inside of a value; put the quotes around the whole "name=value"`)
	default:
		r.cell = append(r.cell, c)
	}
	r.pos++
	return nil
}

// atQuote tells whether a quote opens a cell here.
func (r *reader) atQuote() bool { return r.text[r.pos] == '"' && len(r.cell) == 0 }

// quotedCell reads what stands between two quotes, of which two make one.
func (r *reader) quotedCell() error {
	opening := r.number
	for r.pos++; r.pos < len(r.text); r.pos++ {
		c := r.text[r.pos]
		if c == '\n' {
			r.number++
		}
		if c != '"' {
			r.cell = append(r.cell, c)
			continue
		}
		if r.pos+1 < len(r.text) && r.text[r.pos+1] == '"' {
			r.cell = append(r.cell, c)
			r.pos++
			continue
		}
		return r.closeQuote()
	}
	r.number = opening
	return errors.New("a quote is not closed")
}

func (r *reader) closeQuote() error {
	r.quoted = true
	next := r.pos + 1
	if next == len(r.text) || r.text[next] == ',' || r.lineEnd(next) > 0 || r.comments && r.text[next] == '#' {
		r.pos++
		return nil
	}
	if !r.relaxed {
		return errors.New("text stands behind a closing quote")
	}
	r.cell = append(append([]rune{'"'}, r.cell...), '"')
	r.pos++
	return nil
}

// lineEnd is the length of the line end at a place; 0 where there is none.
// The first one of a text says how all of them look.
func (r *reader) lineEnd(pos int) int {
	if pos >= len(r.text) {
		return 0
	}
	if r.newline == "" {
		r.newline = lineEndAt(r.text, pos)
	}
	if r.newline == "" || pos+len(r.newline) > len(r.text) || string(r.text[pos:pos+len(r.newline)]) != r.newline {
		return 0
	}
	return len(r.newline)
}

func lineEndAt(text []rune, pos int) string {
	switch {
	case text[pos] == '\n':
		return "\n"
	case text[pos] == '\r' && pos+1 < len(text) && text[pos+1] == '\n':
		return "\r\n"
	case text[pos] == '\r':
		return "\r"
	}
	return ""
}

func (r *reader) endCell() {
	r.row.cells = append(r.row.cells, string(r.cell))
	r.cell, r.quoted = nil, false
}

func (r *reader) endRow() {
	r.endCell()
	r.table = append(r.table, r.row)
	r.row = row{}
}
