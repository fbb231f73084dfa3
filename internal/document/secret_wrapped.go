package document

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

const (
	maxWrapped = 10_000 // how many values of one file are unwrapped at most
	minWrapped = 20     // bytes of base64 that are worth a look
)

// unwrap adds what stands in base64, one level deep, in a file that holds a
// Kubernetes Secret.
func (r *literals) unwrap() (complete bool) {
	text := r.load.source.Text
	if !holdsSecretKind(text) {
		return true
	}
	complete = true
	for from, n := 0, 0; from < len(text); n++ {
		run := nextBase64(text, from)
		if run.end == run.start {
			return complete
		}
		if n == maxWrapped {
			return false
		}
		complete = r.unwrapRun(run.start, run.end) && complete
		from = run.end
	}
	return complete
}

func (r *literals) unwrapRun(from, to int) (complete bool) {
	plain, err := base64.StdEncoding.DecodeString(r.load.source.Text[from:to])
	if err != nil || !utf8.Valid(plain) {
		return true
	}
	found, complete := scan(r.load.source.File, string(plain))
	for _, m := range distinct(found) {
		r.add(m, from, to)
	}
	return complete
}

// holdsSecretKind looks for kind: Secret, in YAML or JSON.
func holdsSecretKind(text string) bool {
	const word = "Secret"
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		before := strings.TrimRight(clipEnd(text[:from+at], 16), "\"' \t")
		key, isValue := strings.CutSuffix(before, ":")
		from += at + len(word)
		if isValue && strings.HasSuffix(strings.TrimRight(key, "\"' \t"), "kind") && (from == len(text) || !isWordByte(text[from])) {
			return true
		}
	}
}

// clipEnd is the last n bytes of text at most.
func clipEnd(text string, n int) string { return text[max(0, len(text)-n):] }

// nextBase64 is the next run of base64 at or behind from that is long enough;
// an empty window where there is none.
func nextBase64(text string, from int) window {
	start := from
	for i := from; i <= len(text); i++ {
		if i < len(text) && isBase64(text[i]) {
			continue
		}
		if i-start >= minWrapped {
			return window{start, withPadding(text, i)}
		}
		start = i + 1
	}
	return window{len(text), len(text)}
}

func withPadding(text string, end int) int {
	for n := 0; n < 2 && end < len(text) && text[end] == '='; n++ {
		end++
	}
	return end
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
