package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"guard/internal/registry/transport"
)

const (
	maxNesting = 32
	maxValues  = 1 << 16 // keys and values of one document
)

// decode reads one JSON document of a registry. It refuses what another
// reader could read otherwise, and what costs far more memory than its bytes.
func decode(data []byte, into any) error {
	if !utf8.Valid(data) {
		return errors.New("it is no valid UTF-8")
	}
	w := walker{decoder: json.NewDecoder(bytes.NewReader(data))}
	w.decoder.UseNumber()
	if err := w.value(0); err != nil {
		return err
	}
	if _, err := w.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows its JSON")
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("its JSON: %s", transport.Clean(err.Error()))
	}
	return nil
}

// walker goes through a document without keeping it.
type walker struct {
	decoder *json.Decoder
	values  int
}

func (w *walker) next() (json.Token, error) {
	if w.values++; w.values > maxValues {
		return nil, fmt.Errorf("it has more than %d keys and values", maxValues)
	}
	token, err := w.decoder.Token()
	if err != nil {
		return nil, fmt.Errorf("its JSON: %s", transport.Clean(err.Error()))
	}
	return token, nil
}

func (w *walker) value(depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("it is nested more than %d deep", maxNesting)
	}
	token, err := w.next()
	switch {
	case err != nil:
		return err
	case token == json.Delim('{'):
		return w.object(depth)
	case token == json.Delim('['):
		return w.array(depth)
	}
	return nil
}

func (w *walker) object(depth int) error {
	seen := map[string]bool{}
	for w.decoder.More() {
		key, err := w.next()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if seen[name] {
			return fmt.Errorf("it has the key %q twice", shorten(name))
		}
		seen[name] = true
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	_, err := w.next()
	return err
}

func (w *walker) array(depth int) error {
	for w.decoder.More() {
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	_, err := w.next()
	return err
}

func shorten(text string) string {
	text = transport.Clean(text)
	if len(text) > 80 {
		return text[:80] + "…"
	}
	return text
}
