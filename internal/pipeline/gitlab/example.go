package gitlab

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// maxExample bounds the names that are made of a pattern, in bytes; GitLab
// takes no longer ones.
const maxExample = 255

// example is a name that a pattern in slashes matches; "" where none is found
// easily.
func example(text string) string {
	compiled, err := pattern(text)
	if err != nil {
		return ""
	}
	parsed, err := syntax.Parse(compiled.String(), syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	writeExample(&b, parsed)
	if name := b.String(); b.Len() <= maxExample && isRefName(name) && compiled.MatchString(name) {
		return name
	}
	return ""
}

// isRefName tells whether Git takes a text for the name of a branch or tag.
func isRefName(name string) bool { return refName.MatchString(name) && !strings.Contains(name, "..") }

var refName = regexp.MustCompile(`^[\w][\w./+#@-]*$`)

// writeExample writes a text that an expression matches: the first of several,
// and what may be left out once.
func writeExample(b *strings.Builder, re *syntax.Regexp) {
	if b.Len() > maxExample {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(oneOfClass(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpCapture, syntax.OpAlternate:
		writeExample(b, re.Sub[0])
	case syntax.OpRepeat:
		for range min(max(re.Min, 1), maxExample) {
			writeExample(b, re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writeExample(b, sub)
		}
	}
}

// oneOfClass is a character of a class of ranges, one that names are made of
// where there is one.
func oneOfClass(ranges []rune) rune {
	for _, c := range "1xX-" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}
