package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Item is one thing that a recording holds. One of its fields beside Line is set.
type Item struct {
	Line     int             // of the recording, from 1; of an object in a list, which it is
	Run      *Run            // the decisions that follow are of it
	Decision *Decision       // a line of either log
	Object   json.RawMessage // a Kubernetes object
	Lost     int64           // decisions that the log says it lacks
	Unread   string          // why what stands there could not be read
}

// The limits of reading.
const (
	maxLine  = 16 << 20  // bytes of a line, and of an object in a list
	maxItems = 1_000_000 // of one recording
)

// Sniffed is how many bytes at its beginning tell what a text is.
const Sniffed = 64 << 10

// ErrOther says that a text is neither a recording nor what kubectl prints.
var ErrOther = errors.New("neither lines of JSON that guard has recorded nor objects as kubectl get -o json prints them")

// Read hands what a recording holds to take, in order, and stops at its first
// error. What cannot be read is an item that says so; the rest is read all the
// same as far as it can be found. The error is [ErrOther] where nothing is what
// it should be.
func Read(r io.Reader, take func(Item) error) error {
	in := bufio.NewReaderSize(r, Sniffed)
	head, err := in.Peek(Sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		if _, err := in.Discard(len(byteOrderMark)); err != nil {
			return err
		}
	}
	reader := &reader{in: in, take: take}
	switch shapeOf(head, err != nil) {
	case lines:
		return reader.lines()
	case list:
		return reader.list()
	}
	return ErrOther
}

// Recorded tells by its first bytes whether a text is one that [Read] takes.
func Recorded(head []byte) bool { return shapeOf(head, len(head) < Sniffed) != other }

// IsLines tells by its first bytes whether a text is lines that guard has
// written, or of objects.
func IsLines(head []byte) bool { return shapeOf(head, len(head) < Sniffed) == lines }

var byteOrderMark = []byte("\xef\xbb\xbf")

type shape int

const (
	other shape = iota
	lines       // a JSON value on each line
	list        // one JSON value over many lines
)

// shapeOf tells what a text is; whole is true where head is all of it.
func shapeOf(head []byte, whole bool) shape {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n")
	first, _, more := bytes.Cut(head, []byte("\n"))
	switch {
	case len(first) == 0 || first[0] != '{':
		return other
	case isLine(first):
		return lines
	case !more && !whole && isLineStart(first):
		return lines // the first line is longer than what was looked at
	case bytes.Contains(head, []byte(`"apiVersion"`)) || bytes.Contains(head, []byte(`"items"`)):
		return list
	}
	return other
}

// head is what tells lines apart. An object of Kubernetes has an apiVersion, which
// guard's own lines lack, and may have fields of their names.
type head struct {
	APIVersion *string         `json:"apiVersion"`
	Items      json.RawMessage `json:"items"`
	Recording  json.RawMessage `json:"recording"`
	Operation  json.RawMessage `json:"operation"`
	Dropped    json.RawMessage `json:"dropped"`
}

func (h *head) known() bool {
	return h.APIVersion != nil || len(h.Operation) > 0 || len(h.Recording) > 0 || len(h.Dropped) > 0
}

// isLine tells whether a line is one of guard's, or an object.
func isLine(line []byte) bool {
	var h head
	return json.Unmarshal(line, &h) == nil && h.known()
}

// isLineStart tells whether a line that goes on may be one of guard's, or an
// object.
func isLineStart(start []byte) bool {
	for _, key := range []string{`"operation":`, `"recording":`, `"apiVersion":`} {
		if bytes.Contains(start, []byte(key)) {
			return true
		}
	}
	return false
}

type reader struct {
	in    *bufio.Reader
	take  func(Item) error
	line  int
	items int
}

// errFull ends reading at the limit of items, which is told as an item.
var errFull = errors.New("full")

func (r *reader) give(i Item) error {
	if i.Line == 0 {
		i.Line = r.line
	}
	if r.items++; r.items > maxItems {
		if err := r.take(Item{Line: i.Line, Unread: fmt.Sprintf("more than %d records: the rest was not read", maxItems)}); err != nil {
			return err
		}
		return errFull
	}
	return r.take(i)
}

func ended(err error) error {
	if errors.Is(err, errFull) {
		return nil
	}
	return err
}

// lines reads one value after the other, one a line.
func (r *reader) lines() error {
	for {
		text, long, err := r.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if r.line++; long || len(bytes.TrimSpace(text)) > 0 {
			if err := r.value(text, long); err != nil {
				return ended(err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// next is the next line; of one that is too long nothing.
func (r *reader) next() (line []byte, long bool, err error) {
	for {
		part, err := r.in.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > maxLine {
			line, long = nil, true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

func (r *reader) value(text []byte, long bool) error {
	if long {
		return r.give(Item{Unread: fmt.Sprintf("a line longer than %d MiB", maxLine>>20)})
	}
	var kind head
	if err := json.Unmarshal(text, &kind); err != nil {
		return r.give(Item{Unread: "no JSON of guard's: " + err.Error()})
	}
	switch {
	case kind.APIVersion != nil:
		return r.objects(text, kind.Items)
	case len(kind.Operation) > 0:
		return r.decision(text)
	case len(kind.Recording) > 0:
		return r.run(text)
	case len(kind.Dropped) > 0:
		return r.lost(kind.Dropped)
	}
	return r.give(Item{Unread: "neither a decision nor an object"})
}

// lost takes how many decisions the log lacks. It says so only where there are some.
func (r *reader) lost(dropped json.RawMessage) error {
	var n int64
	if err := json.Unmarshal(dropped, &n); err != nil || n <= 0 {
		return r.give(Item{Unread: "a count of lost decisions that is none"})
	}
	return r.give(Item{Lost: n})
}

// objects takes the objects of a list, or an object alone.
func (r *reader) objects(text []byte, items json.RawMessage) error {
	var list []json.RawMessage
	if len(items) == 0 || json.Unmarshal(items, &list) != nil || list == nil {
		return r.give(Item{Object: bytes.Clone(text)})
	}
	for _, object := range list {
		if err := r.give(Item{Object: object}); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) decision(text []byte) error {
	var d Decision
	if err := json.Unmarshal(text, &d); err != nil {
		return r.give(Item{Unread: "a decision that is not as guard writes it: " + err.Error()})
	}
	return r.give(Item{Decision: &d})
}

func (r *reader) run(text []byte) error {
	var run Run
	if err := json.Unmarshal(text, &run); err != nil {
		return r.give(Item{Unread: "a recording that is not as guard writes it: " + err.Error()})
	}
	if run.Recording != Version {
		return r.give(Item{Unread: fmt.Sprintf("a recording of version %d, which this guard does not know", run.Recording)})
	}
	return r.give(Item{Run: &run})
}
