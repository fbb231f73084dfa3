package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// list reads one JSON value over many lines: a list of objects, each of which
// is handed on as it is read, or an object alone.
func (r *reader) list() error {
	bounded := &boundedReader{in: r.in, left: maxLine}
	decoder := json.NewDecoder(bounded)
	err := r.outer(decoder, bounded)
	var cut *takenError
	switch {
	case err == nil, errors.Is(err, errFull):
		return nil
	case errors.As(err, &cut):
		return cut.err
	}
	return r.give(Item{Line: 1, Unread: fmt.Sprintf("from byte %d on it cannot be read: %v", decoder.InputOffset(), err)})
}

// takenError is an error of who takes items, which is none of reading.
type takenError struct{ err error }

func (e *takenError) Error() string { return e.err.Error() }

// outer reads the outermost object. Its members are kept, for it may be an
// object itself, but for those of items.
func (r *reader) outer(d *json.Decoder, bounded *boundedReader) error {
	if _, err := d.Token(); err != nil {
		return err
	}
	own, isList := bytes.NewBufferString("{"), false
	for d.More() {
		bounded.left = maxLine
		name, err := d.Token()
		if err != nil {
			return err
		}
		if name == "items" {
			isList = true
			if err := r.listed(d, bounded); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := member(own, name, value); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if isList {
		return r.behind(d)
	}
	own.WriteByte('}')
	if err := r.taken(Item{Line: 1, Object: own.Bytes()}); err != nil {
		return err
	}
	return r.behind(d)
}

// behind wants nothing behind the value.
func (r *reader) behind(d *json.Decoder) error {
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind the end of the value")
	}
	return nil
}

// member adds a member to an object that is put together again.
func member(own *bytes.Buffer, name json.Token, value json.RawMessage) error {
	if own.Len()+len(value) > maxLine {
		return fmt.Errorf("an object larger than %d MiB", maxLine>>20)
	}
	key, err := json.Marshal(name)
	if err != nil {
		return err
	}
	if own.Len() > 1 {
		own.WriteByte(',')
	}
	own.Write(key)
	own.WriteByte(':')
	own.Write(value)
	return nil
}

// listed hands on the objects of a list.
func (r *reader) listed(d *json.Decoder, bounded *boundedReader) error {
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('[') {
		return errors.New("items is no list")
	}
	for n := 1; d.More(); n++ {
		bounded.left = maxLine
		var object json.RawMessage
		if err := d.Decode(&object); err != nil {
			return err
		}
		if err := r.taken(Item{Line: n, Object: object}); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func (r *reader) taken(i Item) error {
	err := r.give(i)
	if err != nil && !errors.Is(err, errFull) {
		return &takenError{err}
	}
	return err
}

// boundedReader reads no more for one value than is left for it.
type boundedReader struct {
	in   io.Reader
	left int
}

func (b *boundedReader) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("an object larger than %d MiB", maxLine>>20)
	}
	n, err := b.in.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}
