package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// PartKind says what a part of a word is.
type PartKind uint8

// The kinds of parts.
const (
	Literal      PartKind = iota // text, quotes removed
	Parameter                    // $X, ${X:-d}
	Substitution                 // $(…), `…`
	Expression                   // what the provider replaces before the shell reads the script
	Arithmetic                   // $((…))
	Other                        // anything else: <(…)
)

// Part is one part of a word.
type Part struct {
	Kind     PartKind
	Text     string      // of a literal, its text; of all others, how they are written
	Quoted   bool        // it is neither split at white space nor read as a pattern
	Variable *Expansion  // of a parameter
	Commands *Substitute // of a substitution
}

// Operation is what an expansion does with its variable.
type Operation string

// The operations, as the shell writes them. Those that are not listed are
// Unlisted.
const (
	Plain          Operation = ""
	Slice          Operation = ":"
	DefaultEmpty   Operation = ":-"
	Default        Operation = "-"
	AssignEmpty    Operation = ":="
	Assigned       Operation = "="
	AlternateEmpty Operation = ":+"
	Alternate      Operation = "+"
	RequireEmpty   Operation = ":?"
	Require        Operation = "?"
	StripPrefix    Operation = "#"
	StripLongest   Operation = "##"
	StripSuffix    Operation = "%"
	StripLongSuf   Operation = "%%"
	ReplaceFirst   Operation = "/"
	ReplaceAll     Operation = "//"
	UpperFirst     Operation = "^"
	UpperAll       Operation = "^^"
	LowerFirst     Operation = ","
	LowerAll       Operation = ",,"
	Length         Operation = "length"
	Unlisted       Operation = "unlisted"
)

// Expansion is a variable, and what becomes of its value.
type Expansion struct {
	Name      string // "" where it is not known
	Operation Operation
	Word      *Word // the default, alternative or pattern; nil where there is none
	With      *Word // of a replacement, what is put in; nil for nothing
	Offset    int   // of a slice
	Length    int   // of a slice; -1 for all the rest
}

// Substitute names the commands of a substitution: those from First up to End,
// which is not among them, in the list of the script's commands. Both are 0
// where they were not read.
type Substitute struct {
	First, End int
	Block      *Block // the one that they stand in
}

// structured starts a builder that keeps the parts of a word. Pattern tells
// whether they are kept of a word without variables, too.
func (w *walker) structured(b *wordBuilder, pattern bool) {
	if w.reader.Detailed {
		b.substitutes, b.pattern = w.substitutes, pattern
	}
}

// flush ends a literal part.
func (b *wordBuilder) flush() {
	if b.substitutes != nil && len(b.text) > b.mark {
		b.pieces = append(b.pieces, Part{Kind: Literal, Text: string(b.text[b.mark:]), Quoted: b.inQuotes})
	}
	b.mark = len(b.text)
}

// quotedPart reads what stands in quotes.
func (b *wordBuilder) quotedPart(read func()) {
	before := b.inQuotes
	b.flush()
	b.inQuotes = true
	read()
	b.flush()
	b.inQuotes = before
}

// keep adds a part that is no literal, whose bytes follow from start on.
func (b *wordBuilder) keep(part Part, start, end int) Part {
	if b.substitutes == nil {
		return Part{}
	}
	b.flush()
	part.Quoted = b.inQuotes
	part.Text = b.script.text[min(start, len(b.script.text)):min(end, len(b.script.text))]
	b.pieces = append(b.pieces, part)
	return part
}

// structure is the parts of the finished word; nil for one that is its text.
func (b *wordBuilder) structure() []Part {
	b.flush()
	if b.substitutes == nil || len(b.unknown) == 0 && !b.pattern {
		return nil
	}
	return append([]Part(nil), b.pieces...)
}

// partOf reads a part that is no text.
func (b *wordBuilder) partOf(part syntax.WordPart) Part {
	if b.substitutes == nil {
		return Part{}
	}
	switch part := part.(type) {
	case *syntax.ParamExp:
		return Part{Kind: Parameter, Variable: b.expansion(part)}
	case *syntax.CmdSubst:
		return Part{Kind: Substitution, Commands: b.substitute(part)}
	case *syntax.ArithmExp:
		return Part{Kind: Arithmetic}
	}
	return Part{Kind: Other}
}

func (b *wordBuilder) substitute(node *syntax.CmdSubst) *Substitute {
	known := b.substitutes[node]
	if known == nil {
		known = &Substitute{}
		b.substitutes[node] = known
	}
	return known
}

func (b *wordBuilder) expansion(p *syntax.ParamExp) *Expansion {
	e := &Expansion{Operation: Unlisted, Length: -1}
	if p.Param == nil || len(b.script.within(offset(p.Param.Pos()), offset(p.Param.End()))) > 0 {
		return e
	}
	e.Name = p.Param.Value
	if p.Excl || p.Width || p.IsSet || p.Index != nil || p.Names != 0 || p.Flags != nil || len(p.Modifiers) > 0 || p.NestedParam != nil {
		return e
	}
	switch {
	case p.Length:
		e.Operation = Length
	case p.Slice != nil:
		b.slice(e, p.Slice)
	case p.Repl != nil:
		b.replacement(e, p.Repl)
	case p.Exp != nil:
		e.Operation, e.Word = Operation(p.Exp.Op.String()), b.nested(p.Exp.Word)
	default:
		e.Operation = Plain
	}
	return e
}

func (b *wordBuilder) slice(e *Expansion, s *syntax.Slice) {
	from, known := b.number(s.Offset)
	if !known {
		return
	}
	e.Offset = from
	if s.Length != nil {
		length, known := b.number(s.Length)
		if !known || length < 0 {
			return
		}
		e.Length = length
	}
	e.Operation = Slice
}

// number reads a number that is written out; nothing at all is 0.
func (b *wordBuilder) number(expr syntax.ArithmExpr) (n int, known bool) {
	switch expr := expr.(type) {
	case nil:
		return 0, true
	case *syntax.Word:
		n, err := strconv.Atoi(expr.Lit())
		return n, err == nil && n < MaxBytes && len(b.script.within(offset(expr.Pos()), offset(expr.End()))) == 0
	case *syntax.UnaryArithm:
		n, known := b.number(expr.X)
		return -n, known && expr.Op == syntax.Minus && !expr.Post
	case *syntax.ParenArithm:
		return b.number(expr.X)
	}
	return 0, false
}

func (b *wordBuilder) replacement(e *Expansion, r *syntax.Replace) {
	e.Operation = ReplaceFirst
	if r.All {
		e.Operation = ReplaceAll
	}
	e.Word, e.With = b.nested(r.Orig), b.nested(r.With)
}

// nested reads a word inside an expansion.
func (b *wordBuilder) nested(word *syntax.Word) *Word {
	if word == nil {
		return nil
	}
	inner := &wordBuilder{script: b.script, source: word, substitutes: b.substitutes, pattern: true}
	inner.parts(word.Parts, unquoted)
	return &Word{Text: string(inner.text), Known: len(inner.unknown) == 0, Variables: inner.variables, Parts: inner.structure()}
}
