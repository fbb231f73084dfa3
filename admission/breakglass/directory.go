package breakglass

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"time"
)

// Laid is a token as it lies in a directory.
type Laid struct {
	Name string // of its file
	Text string
	Err  error // why it could not be read; nil where it could
}

// Directory hands out the tokens of a directory, such as a mounted Secret: one
// in each file. It looks at most once a second, and one that is missing is
// empty. It is safe for concurrent use.
type Directory struct {
	FS  fs.FS
	Now func() time.Time // nil: time.Now

	mu     sync.Mutex
	looked time.Time
	laid   []Laid
	err    error
}

const (
	maxTokens = 64 // in a directory
	lookEvery = time.Second
)

// Tokens returns the tokens that lie there, by the names of their files.
func (d *Directory) Tokens(context.Context) ([]Laid, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	if at := now(); d.looked.IsZero() || at.Sub(d.looked) >= lookEvery || at.Before(d.looked) {
		d.looked = at
		d.laid, d.err = d.look()
	}
	return d.laid, d.err
}

func (d *Directory) look() ([]Laid, error) {
	entries, err := fs.ReadDir(d.FS, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the break-glass tokens: %w", err)
	}
	var laid []Laid
	for _, entry := range entries {
		// What begins with two dots is where the links of a mounted Secret lead.
		if strings.HasPrefix(entry.Name(), "..") || entry.IsDir() {
			continue
		}
		if len(laid) == maxTokens {
			return nil, fmt.Errorf("the break-glass tokens: more than %d lie there, so none counts", maxTokens)
		}
		text, err := d.read(entry.Name())
		laid = append(laid, Laid{Name: entry.Name(), Text: text, Err: err})
	}
	return laid, nil
}

func (d *Directory) read(name string) (string, error) {
	file, err := d.FS.Open(name)
	if err != nil {
		return "", errors.New("it cannot be read")
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, MaxToken+2))
	switch {
	case err != nil:
		return "", errors.New("it cannot be read")
	case len(text) > MaxToken+1: // a line's end may follow
		return "", fmt.Errorf("it is larger than %d bytes", MaxToken)
	}
	return string(text), nil
}
