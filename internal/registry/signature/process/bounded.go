package process

import (
	"bytes"
	"fmt"
)

// bounded keeps what is written to it, up to a limit; the rest is an error, or
// cut off.
type bounded struct {
	kept  bytes.Buffer // not embedded: its ReadFrom knows no limit
	limit int
	cut   bool
}

// Write keeps the bytes that are within the limit.
func (b *bounded) Write(data []byte) (int, error) {
	room := b.limit - b.kept.Len()
	if len(data) <= room {
		return b.kept.Write(data)
	}
	b.kept.Write(data[:room])
	if b.cut {
		return len(data), nil
	}
	return room, fmt.Errorf("more than %d bytes", b.limit)
}
