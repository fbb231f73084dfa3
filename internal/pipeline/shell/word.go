package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// wordBuilder collects the text of a word as the shell would see it, and
// where every byte of it comes from.
type wordBuilder struct {
	script    *script
	source    *syntax.Word
	quoting   quoting
	end       int // offset behind the last part
	text      []byte
	tracked   bool
	origin    []int // offset in the script of each byte of text, where tracked
	unknown   []opaque
	variables []string

	substitutes map[*syntax.CmdSubst]*Substitute // nil unless the parts are kept
	pattern     bool                             // they are kept of a plain word, too
	pieces      []Part
	mark        int  // where in text the literal begins that has no piece yet
	inQuotes    bool // what is read stands in quotes
}

// quoting is what a backslash does in a word.
type quoting uint8

const (
	unquoted quoting = iota // it quotes whatever follows
	quoted                  // it quotes few characters, as in "…"
	raw                     // it is a character like any other
)

// word reads a word. A nil word is an empty one.
func (w *walker) word(s *script, word *syntax.Word, q quoting) (Word, *wordBuilder) {
	return w.read(s, word, q, false)
}

// read reads a word, of a pattern with its parts even where it is plain.
func (w *walker) read(s *script, word *syntax.Word, q quoting, pattern bool) (Word, *wordBuilder) {
	b := &wordBuilder{script: s, source: word, quoting: q, inQuotes: q != unquoted}
	w.structured(b, pattern)
	if word == nil {
		return Word{Known: true, Variables: []string{}, Path: w.base}, b
	}
	b.parts(word.Parts, q)
	return Word{
		Text:      string(b.text),
		Known:     len(b.unknown) == 0,
		Variables: append([]string{}, b.variables...),
		Path:      w.path(s, offset(word.Pos()), b.end),
		Parts:     b.structure(),
	}, b
}

func offset(p syntax.Pos) int { return int(p.Offset()) }

func (b *wordBuilder) parts(parts []syntax.WordPart, q quoting) {
	for _, part := range parts {
		b.part(part, q)
	}
}

func (b *wordBuilder) part(part syntax.WordPart, q quoting) {
	start, end := offset(part.Pos()), offset(part.End())
	switch part := part.(type) {
	case *syntax.Lit:
		end = b.endOf(part, start, end)
		b.literal(start, end, q)
	case *syntax.SglQuoted:
		b.quotedPart(func() { b.singleQuoted(start, end, part.Dollar) })
	case *syntax.DblQuoted:
		b.quotedPart(func() { b.parts(part.Parts, quoted) })
	case *syntax.ParamExp:
		b.parameter(part, start, end)
	case *syntax.ExtGlob:
		b.verbatim(start, end)
	default:
		b.dynamic(start, end, variablesIn(b.script, part), b.partOf(part))
	}
	b.end = end
}

// endOf is where a literal ends. In a here-document the parser counts the
// closing word too.
func (b *wordBuilder) endOf(lit *syntax.Lit, start, end int) int {
	if strings.HasPrefix(b.script.masked[min(start, len(b.script.masked)):], lit.Value) {
		return start + len(lit.Value)
	}
	return end
}

// literal removes the backslashes that quote.
func (b *wordBuilder) literal(start, end int, q quoting) {
	text := b.script.text
	for i := start; i < end && i < len(text); i++ {
		if hidden := b.script.within(i, i+1); len(hidden) > 0 {
			b.hide(hidden[0], end)
			i = min(hidden[0].end, end) - 1
			continue
		}
		if text[i] == '\\' && i+1 < end && q != raw && (q == unquoted || strings.IndexByte("$`\"\\\n", text[i+1]) >= 0) {
			i++
			if text[i] != '\n' {
				b.quotedPart(func() { b.put(i) })
			}
			continue
		}
		b.put(i)
	}
}

// escapes of $'…'; others stay as they are.
var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"'}

func (b *wordBuilder) singleQuoted(start, end int, dollar bool) {
	start, end = start+1, end-1
	if !dollar {
		b.verbatim(start, end)
		return
	}
	for i := start + 1; i < end; i++ {
		b.put(i)
		if c, known := escapes[b.script.text[min(i+1, len(b.script.text)-1)]]; known && b.script.text[i] == '\\' && i+1 < end {
			b.text[len(b.text)-1] = c
			i++
		}
	}
}

// verbatim copies bytes as they stand.
func (b *wordBuilder) verbatim(start, end int) {
	for i := start; i < end && i < len(b.script.text); i++ {
		if hidden := b.script.within(i, i+1); len(hidden) > 0 {
			b.hide(hidden[0], end)
			i = min(hidden[0].end, end) - 1
			continue
		}
		b.put(i)
	}
}

func (b *wordBuilder) put(i int) {
	b.text = append(b.text, b.script.text[i])
	if b.tracked {
		b.origin = append(b.origin, i)
	}
}

// hide copies an opaque part up to end.
func (b *wordBuilder) hide(o opaque, end int) {
	part := o.part
	if part.Kind == Literal {
		part.Kind = Expression
	}
	b.dynamic(o.start, min(o.end, end), o.variables, part)
}

// dynamic copies bytes whose value is not known here.
func (b *wordBuilder) dynamic(start, end int, variables []string, part Part) {
	part = b.keep(part, start, end)
	from := len(b.text)
	for i := start; i < end && i < len(b.script.text); i++ {
		b.put(i)
	}
	b.mark = len(b.text)
	b.unknown = append(b.unknown, opaque{start: from, end: len(b.text), variables: variables, part: part})
	b.variables = append(b.variables, variables...)
}

// parameter writes $NAME for a plain variable, and anything more as it stands.
func (b *wordBuilder) parameter(p *syntax.ParamExp, start, end int) {
	variables := variablesIn(b.script, p)
	plain := !p.Short && end-start == len("${}")+len(firstOf(variables)) && len(b.script.within(start, end)) == 0
	if !plain {
		b.dynamic(start, end, variables, b.partOf(p))
		return
	}
	part := b.keep(b.partOf(p), start, end)
	from := len(b.text)
	b.put(start)
	for i := start + 2; i < end-1; i++ {
		b.put(i)
	}
	b.mark = len(b.text)
	b.unknown = append(b.unknown, opaque{start: from, end: len(b.text), variables: variables, part: part})
	b.variables = append(b.variables, variables...)
}

func firstOf(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// variablesIn names the variables below a node, those inside substitutions
// left out: they belong to the commands there.
func variablesIn(s *script, node syntax.Node) []string {
	var names []string
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.ParamExp:
			if n.Param != nil && len(s.within(offset(n.Param.Pos()), offset(n.Param.End()))) == 0 {
				names = append(names, n.Param.Value)
			}
		}
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// program is the base name of a word that names a program; "" where it is not
// known.
func (b *wordBuilder) program() string {
	slash := strings.LastIndexByte(string(b.text), '/')
	for _, u := range b.unknown {
		slash = max(slash, strings.LastIndexByte(string(b.text[:u.end]), '/'))
		if u.end > slash+1 {
			return ""
		}
	}
	return string(b.text[slash+1:])
}

// inner makes a script of the word: what sh -c would read.
func (b *wordBuilder) inner() *script {
	t := &wordBuilder{script: b.script, tracked: true, substitutes: b.substitutes}
	t.parts(b.source.Parts, b.quoting)
	s := &script{text: string(t.text), opaque: t.unknown, origin: t.origin}
	for i, at := range s.origin {
		s.origin[i] = b.script.start(at)
	}
	s.mask()
	return s
}

// allUnknown tells whether nothing of the word can be read.
func (b *wordBuilder) allUnknown() bool {
	known := len(strings.TrimSpace(string(b.text)))
	for _, u := range b.unknown {
		known -= u.end - u.start
	}
	return known <= 0
}
