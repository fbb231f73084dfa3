package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"guard/internal/finding"
)

// writeJSON writes the report as it is: no text is changed, so that a program
// sees the names of files as they are.
func writeJSON(w io.Writer, r *finding.Report, _ Options) error { return encode(w, r) }

// encode writes v as indented JSON that is safe to print: what [Clean] would
// make visible is written as \uXXXX, which means the same to a program.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON replaces characters outside ASCII that do not show, and the second
// of two #, by their escapes. Neither stands outside a string.
func escapeJSON(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/16)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if hiddenInJSON(r) || r == '#' && i > 0 && text[i-1] == '#' {
			out = appendEscape(out, r)
		} else {
			out = append(out, text[i:i+size]...)
		}
		i += size
	}
	return out
}

func hiddenInJSON(r rune) bool { return r >= 0x7f && !shows(r) }

func appendEscape(out []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}
