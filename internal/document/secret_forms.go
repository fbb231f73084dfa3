package document

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// minForm is the shortest part of a secret that is replaced by itself.
const minForm = 8

// formsOf lists how a secret can be written.
func formsOf(s Secret) []string {
	forms := []string{s.Value, strings.ToLower(s.Value)} // GitHub compares without regard to case, and no image has upper case
	if s.Written != "" {
		forms = append(forms, s.Written)
	}
	forms = append(forms, escaped(s.Value)...)
	forms = append(forms, base64Forms(s.Value)...)
	for _, piece := range pieces(s.Value) {
		forms = append(forms, piece)
		forms = append(forms, base64Forms(piece)...)
	}
	return slices.DeleteFunc(forms, func(form string) bool { return form == "" })
}

func escaped(value string) []string {
	quoted := strconv.Quote(value)
	ascii := strconv.QuoteToASCII(value)
	return []string{url.QueryEscape(value), url.PathEscape(value), quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1]}
}

// base64Forms are the value in base64 by itself, and what stays of it where
// it stands in the middle of something longer, at each of three alignments.
func base64Forms(value string) []string {
	var forms []string
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(value)))
		for shift := range 3 {
			if inner := innerBase64(encoding, value, shift); len(inner) >= minForm {
				forms = append(forms, inner)
			}
		}
	}
	return forms
}

// innerBase64 is the part of the encoding that does not depend on what stands
// before and behind the value.
func innerBase64(encoding *base64.Encoding, value string, shift int) string {
	all := encoding.WithPadding(base64.NoPadding).EncodeToString([]byte(strings.Repeat("x", shift) + value))
	first := (shift*8 + 5) / 6
	last := (shift + len(value)) * 8 / 6
	return all[min(first, last):last]
}

// pieces are the lines of a secret, and its parts between quotes, that say
// something by themselves.
func pieces(value string) []string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' || r == '"' || r == '\'' })
	lines := strings.ContainsAny(value, "\r\n")
	return slices.DeleteFunc(parts, func(part string) bool {
		trimmed := strings.TrimSpace(part)
		return trimmed == value || len(trimmed) < minForm || lines && !isKeyLine(trimmed)
	})
}

// isKeyLine tells whether one line of a text may be a secret: a line of a key
// is, enabled: true is not.
func isKeyLine(line string) bool {
	return len(line) >= 16 && !strings.ContainsAny(line, " \t") && !strings.HasPrefix(line, "-----") && !isOrdinary(line)
}
