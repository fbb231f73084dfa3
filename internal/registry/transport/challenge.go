package transport

import (
	"net/http"
	"strings"
)

// challenge is how a server wants to be shown who asks (RFC 9110, 11.6.1).
type challenge struct {
	scheme string // in lower case
	params map[string]string
}

// maxChallenges bounds how many are read of one answer.
const maxChallenges = 16

// pick takes the challenge that guard can meet, a token before a password.
func pick(h http.Header) (challenge, bool) {
	var found challenge
	for i, text := range h.Values("WWW-Authenticate") {
		if i == maxChallenges {
			break
		}
		c := parseChallenge(text)
		if c.scheme == "bearer" {
			return c, true
		}
		if c.scheme == "basic" {
			found = c
		}
	}
	return found, found.scheme != ""
}

// parseChallenge reads one challenge: a scheme and name="value" pairs.
func parseChallenge(text string) challenge {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	c := challenge{strings.ToLower(scheme), map[string]string{}}
	for rest = strings.TrimLeft(rest, " ,\t"); rest != ""; rest = strings.TrimLeft(rest, " ,\t") {
		name, after, found := strings.Cut(rest, "=")
		if !found {
			return c
		}
		var value string
		value, rest = cutValue(after)
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := c.params[name]; !twice {
			c.params[name] = value
		}
	}
	return c
}

// cutValue cuts a token or a quoted string from the start of text.
func cutValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:]
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:]
		case '\\':
			if i++; i < len(text) {
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), ""
}
