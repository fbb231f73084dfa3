package symbol

import (
	"fmt"
	"regexp"
	"strings"

	"guard/internal/pipeline/logic"
)

// Like tells whether a value matches a pattern of the shell: "refs/tags/*". A
// backslash takes the meaning of the character behind it.
func Like(v Value, pattern string) logic.Answer {
	cells, readable := patternCells(pattern)
	if !readable {
		return logic.Maybe(fmt.Sprintf("the pattern %s is not one that can be read", pattern))
	}
	if text, ok := v.Known(); ok {
		return likeText(text, pattern)
	}
	if literal, ok := plain(cells); ok {
		return Compare(v, Text(literal))
	}
	if contains(v, cells) {
		return logic.Yes
	}
	if apart(cellsOf(v), cells) {
		return logic.No
	}
	if reason := cmpReason(v); reason != "" {
		return logic.Maybe(reason)
	}
	return logic.Maybe(fmt.Sprintf("%s may or may not match %s", v, pattern))
}

// patternCells reads a pattern. What +(…) and its kin, and [[:digit:]], match
// is not read.
func patternCells(pattern string) (cells []cell, readable bool) {
	if strings.Contains(pattern, "[:") {
		return nil, false
	}
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch c := runes[i]; {
		case c == '\\' && i+1 < len(runes):
			i++
			cells = append(cells, cell{set: string(runes[i])})
		case strings.ContainsRune("?*+@!", c) && i+1 < len(runes) && runes[i+1] == '(':
			return nil, false
		case c == '*':
			cells = append(cells, cell{many: true})
		case c == '?':
			cells = append(cells, cell{})
		case c == '[' && closing(runes, i) > 0:
			i = closing(runes, i)
			cells = append(cells, cell{})
		default:
			cells = append(cells, cell{set: string(c)})
		}
	}
	return cells, true
}

// closing is the index of the bracket that closes the one at open; 0 where
// there is none.
func closing(runes []rune, open int) int {
	at := open + 1
	if at < len(runes) && (runes[at] == '!' || runes[at] == '^') {
		at++
	}
	for at++; at < len(runes); at++ {
		if runes[at] == ']' {
			return at
		}
	}
	return 0
}

func plain(cells []cell) (text string, ok bool) {
	var b strings.Builder
	for _, c := range cells {
		if c.many || c.set == "" {
			return "", false
		}
		b.WriteString(c.set)
	}
	return b.String(), true
}

// contains tells whether a value surely matches "*", "text*", "*text" or
// "*text*".
func contains(v Value, cells []cell) bool {
	front, back := cells[0].many, cells[len(cells)-1].many
	for len(cells) > 0 && cells[0].many {
		cells = cells[1:]
	}
	for len(cells) > 0 && cells[len(cells)-1].many {
		cells = cells[:len(cells)-1]
	}
	text, ok := plain(cells)
	if !ok {
		return false
	}
	first, last := v[0], v[len(v)-1]
	switch {
	case front && back:
		return v.holds(text)
	case back:
		return first.Kind == Literal && strings.HasPrefix(first.Text, text)
	default:
		return front && last.Kind == Literal && strings.HasSuffix(last.Text, text)
	}
}

func (v Value) holds(text string) bool {
	for _, p := range v {
		if p.Kind == Literal && strings.Contains(p.Text, text) {
			return true
		}
	}
	return text == ""
}

func likeText(text, pattern string) logic.Answer {
	expr, err := regexp.Compile("^(?s:" + Regexp(pattern) + ")$")
	if err != nil {
		return logic.Maybe(fmt.Sprintf("the pattern %s is not one that can be read", pattern))
	}
	return logic.Is(expr.MatchString(text))
}

// Regexp writes a pattern of the shell as a regular expression of Go.
func Regexp(pattern string) string {
	var b strings.Builder
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch c := runes[i]; {
		case c == '\\' && i+1 < len(runes):
			i++
			b.WriteString(regexp.QuoteMeta(string(runes[i])))
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteString(".")
		case c == '[' && closing(runes, i) > 0:
			end := closing(runes, i)
			set := strings.ReplaceAll(string(runes[i+1:end]), `\`, `\\`)
			if strings.HasPrefix(set, "!") {
				set = "^" + set[1:]
			}
			b.WriteString("[" + set + "]")
			i = end
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String()
}
