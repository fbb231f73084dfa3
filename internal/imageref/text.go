package imageref

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isPlain tells whether raw holds only bytes that references are made of, so
// that neither a template nor a scheme nor a foreign character can be in it.
func isPlain(raw string) bool {
	if raw == "" || len(raw) > maxRaw {
		return false
	}
	for i := 0; i < len(raw); i++ {
		if c := raw[i]; !isTagByte(c) && c != '/' && c != ':' && c != '@' {
			return false
		}
	}
	return strings.Count(raw, "@") <= 1 && !strings.Contains(raw, "://")
}

// badText says what makes raw no reference before it is even cut; "" where
// nothing does.
func badText(raw string) string {
	switch {
	case raw == "":
		return "it is empty"
	case len(raw) > maxRaw:
		return fmt.Sprintf("it is %d characters long; at most %d are allowed", len(raw), maxRaw)
	case strings.TrimSpace(raw) == "":
		return "it holds nothing but white space"
	case strings.TrimSpace(raw) != raw:
		return "it begins or ends with white space"
	}
	for _, r := range raw {
		if unicode.IsControl(r) {
			return fmt.Sprintf("it holds the control character %U", r)
		}
	}
	return ""
}

// badASCII names the first character of text that no reference may hold; ""
// where there is none.
func badASCII(text string) string {
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			return "it is not valid UTF-8"
		case r > unicode.MaxASCII && unicode.IsPrint(r):
			return fmt.Sprintf("it holds %q (%U), which is no ASCII character", r, r)
		case r > unicode.MaxASCII:
			return fmt.Sprintf("it holds the invisible character %U", r)
		}
	}
	return ""
}

// schemeOf answers the scheme raw begins with, such as "https"; "" where it
// begins with none.
func schemeOf(raw string) string {
	scheme, _, found := strings.Cut(raw, "://")
	if !found || scheme == "" {
		return ""
	}
	for i := 0; i < len(scheme); i++ {
		if c := scheme[i]; !isAlnum(c) && c != '+' && c != '.' && c != '-' {
			return ""
		}
	}
	return scheme
}

// refuseScheme says what a scheme does before a reference. ko:// is no fault
// by itself: ko puts an image in its place when it deploys.
func (r *Reference) refuseScheme(scheme string) {
	if scheme == "ko" {
		r.Invalid = "it is the import path of a Go program and not a reference; ko replaces it when it builds"
		r.Unresolved, r.Reason = true, "ko replaces it when it builds"
		return
	}
	r.Invalid = fmt.Sprintf("it begins with %q; a reference has no scheme", shorten(scheme)+"://")
}
