package document

import (
	re2 "regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file proves of a regular expression where it can match at all. Its
// results stand in the table of patterns.

// unbounded is how many bytes an expression without a limit (a*, a+, a{2,})
// is taken to match at most.
const unbounded = 16 << 10

// analysis is what is known of the matches of an expression.
type analysis struct {
	longest  int      // bytes
	newlines int      // line feeds and carriage returns; many where there is no limit
	exact    []needle // all texts it can match; nil where there are too many
	prefix   []needle // every match starts with one of them; nil where nothing is known
	musts    []must   // what stands in every match
}

// must is a set of needles of which every match contains one, with how many
// bytes stand before and behind it at most.
type must struct {
	needles       []needle
	before, after int
}

const (
	maxExact = 64
	many     = 1 << 20
)

func analyse(re *re2.Regexp) analysis {
	a := analyseOp(re)
	if a.prefix == nil {
		a.prefix = a.exact
	}
	return a
}

func analyseOp(re *re2.Regexp) analysis {
	switch re.Op {
	case re2.OpLiteral:
		return analyseLiteral(re)
	case re2.OpCharClass:
		return analyseClass(re)
	case re2.OpAnyChar:
		return analysis{longest: utf8.UTFMax, newlines: 1}
	case re2.OpAnyCharNotNL:
		return analysis{longest: utf8.UTFMax}
	case re2.OpCapture:
		return analyse(re.Sub[0])
	case re2.OpConcat:
		return analyseConcat(re.Sub)
	case re2.OpAlternate:
		return analyseAlternate(re.Sub)
	case re2.OpStar, re2.OpPlus, re2.OpQuest, re2.OpRepeat:
		return analyseRepeat(re)
	default: // empty matches and assertions
		return analysis{exact: []needle{{}}}
	}
}

func analyseLiteral(re *re2.Regexp) analysis {
	text := string(re.Rune)
	n := needle{text: text, fold: re.Flags&re2.FoldCase != 0}
	longest := len(text)
	if n.fold {
		n.text = strings.ToLower(text)
		longest += 2*strings.Count(n.text, "k") + strings.Count(n.text, "s") // K is the sign of Kelvin as well, s the long s
	}
	return analysis{longest: longest, exact: []needle{n}, musts: []must{{needles: []needle{n}, after: longest - len(text)}}}
}

func analyseClass(re *re2.Regexp) analysis {
	a := analysis{longest: utf8.RuneLen(re.Rune[len(re.Rune)-1])}
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i] <= '\n' && re.Rune[i+1] >= '\n' || re.Rune[i] <= '\r' && re.Rune[i+1] >= '\r' {
			a.newlines = 1
		}
	}
	if len(re.Rune) == 4 && re.Rune[0] == re.Rune[1] && re.Rune[2] == re.Rune[3] && unicode.ToLower(re.Rune[0]) == re.Rune[2] {
		a.exact = []needle{{text: string(re.Rune[2]), fold: true}}
		return a
	}
	for i := 0; i < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if len(a.exact) == maxExact {
				return analysis{longest: a.longest, newlines: a.newlines}
			}
			a.exact = append(a.exact, needle{text: string(r)})
		}
	}
	return a
}

func analyseRepeat(re *re2.Regexp) analysis {
	sub := analyse(re.Sub[0])
	least, most := re.Min, re.Max
	switch re.Op {
	case re2.OpStar:
		least, most = 0, -1
	case re2.OpPlus:
		least, most = 1, -1
	case re2.OpQuest:
		least, most = 0, 1
	}
	a := analysis{longest: unbounded, newlines: min(sub.newlines*many, many)}
	if most >= 0 {
		a.longest, a.newlines = min(sub.longest*most, unbounded), min(sub.newlines*most, many)
	}
	switch {
	case least == 0 && most == 1 && sub.exact != nil:
		a.exact = append([]needle{{}}, sub.exact...)
	case least == 1 && most == 1:
		return sub
	case least >= 1:
		a.prefix = sub.prefix
		for _, m := range sub.musts {
			a.musts = append(a.musts, must{m.needles, a.longest, a.longest})
		}
	}
	return a
}

func analyseAlternate(subs []*re2.Regexp) analysis {
	var a analysis
	exact, known := []needle{}, true
	prefix := []needle{}
	var joint must
	for i, sub := range subs {
		s := analyse(sub)
		a.longest, a.newlines = max(a.longest, s.longest), max(a.newlines, s.newlines)
		if prefix = append(prefix, s.prefix...); s.prefix == nil || len(prefix) > maxExact {
			prefix = []needle{{}}
		}
		known = known && s.exact != nil && len(exact)+len(s.exact) <= maxExact
		exact = append(exact, s.exact...)
		best, found := rarest(s.musts)
		if !found || i > 0 && joint.needles == nil {
			joint = must{}
			continue
		}
		joint.needles = append(joint.needles, best.needles...)
		joint.before, joint.after = max(joint.before, best.before), max(joint.after, best.after)
	}
	if known {
		a.exact = exact
	}
	if a.prefix = prefix; slices.Contains(prefix, needle{}) {
		a.prefix = nil
	}
	if joint.needles != nil {
		a.musts = []must{joint}
	}
	return a
}

// analyseConcat multiplies neighbours whose texts are all known, and moves
// what the parts must contain by what stands around them.
func analyseConcat(subs []*re2.Regexp) analysis {
	parts := make([]analysis, len(subs))
	total := 0
	newlines := 0
	for i, sub := range subs {
		parts[i] = analyse(sub)
		total += parts[i].longest
		newlines += parts[i].newlines
	}
	a := analysis{longest: min(total, 8*unbounded), newlines: min(newlines, many)}
	run, before, runBefore := []needle{{}}, 0, 0
	whole := true
	flush := func() {
		if runBefore == 0 && a.prefix == nil {
			a.prefix = run
		}
		if !slices.ContainsFunc(run, func(n needle) bool { return n.text == "" }) {
			a.musts = append(a.musts, must{run, runBefore, a.longest - runBefore})
		}
	}
	for _, part := range parts {
		if product, ok := multiply(run, part.exact); ok {
			run = product
		} else {
			if longer, ok := multiply(run, part.prefix); ok {
				run = longer
			}
			flush()
			whole = false
			run, runBefore = []needle{{}}, before+part.longest
			if part.exact != nil {
				run, runBefore = part.exact, before
			}
		}
		for _, m := range part.musts {
			a.musts = append(a.musts, must{m.needles, before + m.before, a.longest - before})
		}
		before += part.longest
	}
	flush()
	if whole {
		a.exact = run
	}
	if slices.ContainsFunc(a.prefix, func(n needle) bool { return n.text == "" }) {
		a.prefix = nil
	}
	return a
}

func multiply(left, right []needle) ([]needle, bool) {
	if right == nil || len(left)*len(right) > maxExact {
		return nil, false
	}
	var product []needle
	for _, l := range left {
		for _, r := range right {
			n := needle{text: l.text + r.text, fold: l.fold || r.fold}
			if n.fold {
				n.text = strings.ToLower(n.text)
			}
			if !slices.Contains(product, n) {
				product = append(product, n)
			}
		}
	}
	return product, true
}

// rarest is the set that will be found least often in text that holds no
// secret: whose commonest needle is the rarest.
func rarest(musts []must) (best must, found bool) {
	for _, m := range musts {
		if w := weight(m); w >= 1.8 && (!found || w > weight(best)) {
			best, found = m, true
		}
	}
	return best, found
}

// weight counts the bytes of the shortest needle; where case is free they
// count less, what every text is full of counts nothing.
func weight(m must) float64 {
	least := 100.0
	for _, n := range m.needles {
		w := float64(len(strings.TrimPrefix(strings.TrimPrefix(n.text, "http"), "s://")))
		if n.fold {
			w *= 0.9
		}
		least = min(least, w)
	}
	return least
}

// startsAtWord tells whether every match starts with one of the needles at the
// start of a word.
func startsAtWord(re *re2.Regexp, m must) bool {
	if re.Op != re2.OpConcat || re.Sub[0].Op != re2.OpWordBoundary || m.before != 0 {
		return false
	}
	return !slices.ContainsFunc(m.needles, func(n needle) bool { return !isWordByte(n.text[0]) })
}

// innerOf is what a match can hold, and how long its last part is, which
// often is the quote or blank behind a value.
func innerOf(re *re2.Regexp) (inner charset, last int) {
	parts := []*re2.Regexp{re}
	if re.Op == re2.OpConcat {
		parts = re.Sub
		last = analyse(parts[len(parts)-1]).longest
		parts = parts[:len(parts)-1]
	}
	for _, part := range parts {
		addBytes(&inner, part)
	}
	return inner, last
}

func addBytes(b *charset, re *re2.Regexp) {
	switch re.Op {
	case re2.OpLiteral:
		for _, r := range re.Rune {
			addRange(b, r, r)
			if re.Flags&re2.FoldCase != 0 {
				addRange(b, unicode.ToLower(r), unicode.ToLower(r))
				addRange(b, unicode.ToUpper(r), unicode.ToUpper(r))
			}
		}
	case re2.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			addRange(b, re.Rune[i], re.Rune[i+1])
		}
	case re2.OpAnyChar, re2.OpAnyCharNotNL:
		addRange(b, 0, 127)
	}
	for _, sub := range re.Sub {
		addBytes(b, sub)
	}
}

func addRange(b *charset, low, high rune) {
	for r := low; r <= min(high, 127); r++ {
		b[r/64] |= 1 << (r % 64)
	}
}
