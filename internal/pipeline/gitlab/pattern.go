package gitlab

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	patternFlags = "ismU"
	maxPattern   = 2048 // bytes
)

// pattern is a regular expression in slashes. GitLab's engine is RE2, whose
// syntax is that of package regexp.
func pattern(text string) (*regexp.Regexp, error) {
	end := strings.LastIndexByte(text, '/')
	if len(text) > maxPattern {
		return nil, fmt.Errorf("the pattern is longer than %d bytes", maxPattern)
	}
	if !isPattern(text) {
		return nil, fmt.Errorf("%q is not a pattern in slashes", text)
	}
	body, flags := strings.ReplaceAll(text[1:end], `\/`, `/`), text[end+1:]
	if flags != "" {
		body = "(?" + flags + ")" + body
	}
	compiled, err := regexp.Compile(body)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s: %w", text, err)
	}
	return compiled, nil
}

// isPattern tells whether a text is written as a pattern, and not as a name.
func isPattern(text string) bool {
	end := strings.LastIndexByte(text, '/')
	return end > 0 && text[0] == '/' && strings.Trim(text[end+1:], patternFlags) == ""
}
