package shell

import (
	"regexp"
	"slices"
	"strings"
)

// script is the text of a script, or of a script inside a script.
type script struct {
	text   string // as written
	masked string // what the parser reads: as long, with plain letters where opaque parts are
	opaque []opaque
	origin []int // offset in the outermost text of each byte; nil where they are the same
}

// opaque is a part of a script that another program replaces before the shell
// reads it: an expression of the provider, or a variable of the outer script.
type opaque struct {
	start, end int
	variables  []string
}

// expression matches what GitHub (${{ … }}) and GitLab ($[[ … ]]) replace in a
// script. A string inside may hold the closing brackets.
var expression = regexp.MustCompile(`\$\{\{(?:'[^']*'|[^'}]|\}[^}])*?\}\}|\$\[\[[^\]\n]*\]\]`)

// macro matches what Azure Pipelines replaces where it knows the name.
var macro = regexp.MustCompile(`\$\([A-Za-z_][A-Za-z0-9_.-]*\)`)

func newScript(text string, origin []int, macros func(name string) bool) *script {
	s := &script{text: text, origin: origin}
	if strings.Contains(text, "\r\n") {
		s = s.unixLines()
	}
	for _, at := range expression.FindAllStringIndex(s.text, -1) {
		s.opaque = append(s.opaque, opaque{start: at[0], end: at[1]})
	}
	if macros != nil {
		s.macros(macros)
	}
	s.mask()
	return s
}

// macros hides the macros whose names are known.
func (s *script) macros(known func(name string) bool) {
	for _, at := range macro.FindAllStringIndex(s.text, -1) {
		if known(s.text[at[0]+2:at[1]-1]) && len(s.within(at[0], at[1])) == 0 {
			s.opaque = append(s.opaque, opaque{start: at[0], end: at[1]})
		}
	}
	slices.SortFunc(s.opaque, func(a, b opaque) int { return a.start - b.start })
}

// unixLines leaves out the carriage returns at the ends of lines, which the
// shell would take for part of a word.
func (s *script) unixLines() *script {
	kept, origin := make([]byte, 0, len(s.text)), make([]int, 0, len(s.text))
	for i := range len(s.text) {
		if s.text[i] == '\r' && i+1 < len(s.text) && s.text[i+1] == '\n' {
			continue
		}
		kept, origin = append(kept, s.text[i]), append(origin, s.start(i))
	}
	return &script{text: string(kept), origin: origin}
}

// mask puts letters in the place of the opaque parts.
func (s *script) mask() {
	s.masked = s.text
	if len(s.opaque) == 0 {
		return
	}
	b := []byte(s.text)
	for _, o := range s.opaque {
		copy(b[o.start:o.end], strings.Repeat("x", o.end-o.start))
	}
	s.masked = string(b)
}

// within returns the opaque parts that touch the bytes from start to end.
func (s *script) within(start, end int) []opaque {
	i, _ := slices.BinarySearchFunc(s.opaque, start, func(o opaque, at int) int {
		if o.end <= at {
			return -1
		}
		return 1
	})
	n := i
	for n < len(s.opaque) && s.opaque[n].start < end {
		n++
	}
	return s.opaque[i:n]
}

// start is where the byte at offset stands in the outermost text.
func (s *script) start(offset int) int {
	if len(s.origin) == 0 {
		return offset
	}
	return s.origin[min(max(offset, 0), len(s.origin)-1)]
}

// end is where the byte before offset ends in the outermost text.
func (s *script) end(offset int) int {
	if len(s.origin) == 0 {
		return offset
	}
	return s.origin[min(max(offset-1, 0), len(s.origin)-1)] + 1
}
