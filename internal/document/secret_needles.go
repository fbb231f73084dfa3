package document

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// hit is a needle in a text, in bytes.
type hit struct{ start, end int }

// in tells whether the needle stands in text.
func (n needle) in(text string) bool {
	if !n.fold {
		return strings.Contains(text, n.text)
	}
	for i := 0; i+len(n.text) <= len(text); i++ {
		if n.at(text, i) {
			return true
		}
	}
	return false
}

// at tells whether the needle stands at offset i of text.
func (n needle) at(text string, i int) bool {
	if i < 0 || i+len(n.text) > len(text) {
		return false
	}
	if !n.fold {
		return text[i:i+len(n.text)] == n.text
	}
	for j := 0; j < len(n.text); j++ {
		c := text[i+j]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != n.text[j] {
			return false
		}
	}
	return true
}

// gramBits is the size of a code: three symbols of five bits.
const gramBits = 15

// index finds all needles of all patterns in one pass over a text. It keeps a
// bit for each code of three neighbouring symbols that some needle contains,
// so most bytes cost one look into a table of 4 KB.
type index struct {
	symbols [256]uint16
	present [1 << gramBits / 64]uint64
	before  [1 << gramBits / 64]uint16 // how many bits are set in the words before
	entries [][]entry                  // one list for each bit that is set
}

type entry struct {
	pattern int
	needle  needle
	offset  int // of the code's last symbol in the needle
}

var needleIndex = sync.OnceValue(newIndex)

func newIndex() *index {
	x := &index{symbols: symbols()}
	byCode := make(map[uint16][]entry, 1024)
	for i := range patterns {
		for _, n := range patterns[i].needles {
			x.add(byCode, i, n)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		x.present[code/64] |= 1 << (code % 64)
		x.entries = append(x.entries, byCode[code])
	}
	for i := 1; i < len(x.present); i++ {
		x.before[i] = x.before[i-1] + uint16(bits.OnesCount64(x.present[i-1]))
	}
	return x
}

// has tells whether some needle contains the code.
func (x *index) has(code uint16) bool { return x.present[code/64]&(1<<(code%64)) != 0 }

// at lists the needles of a code that some needle contains.
func (x *index) at(code uint16) []entry {
	below := x.present[code/64] & (1<<(code%64) - 1)
	return x.entries[int(x.before[code/64])+bits.OnesCount64(below)]
}

// symbols maps letters of either case to 1–26, digits and the characters that
// keys are made of to a few more, and everything else to 0.
func symbols() (table [256]uint16) {
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c&^0x20] = uint16(c-'a'+1), uint16(c-'a'+1)
	}
	for c := byte('0'); c <= '9'; c++ {
		table[c] = 27
	}
	table['_'], table['-'], table['.'], table['~'] = 28, 29, 30, 31
	return table
}

// add enters the needle under its rarest code; a needle of two bytes under
// every code that it can be the start of.
func (x *index) add(byCode map[uint16][]entry, pattern int, n needle) {
	if len(n.text) == 2 {
		for third := range uint16(32) {
			code := x.code(n.text)<<5 | third
			byCode[code] = append(byCode[code], entry{pattern, n, 2})
		}
		return
	}
	end := rarestEnd(n.text)
	code := x.code(n.text[end-2 : end+1])
	byCode[code] = append(byCode[code], entry{pattern, n, end})
}

// rarestEnd is where the rarest three characters of a text end.
func rarestEnd(text string) int {
	best, bestScore := 2, -1
	for end := 2; end < len(text); end++ {
		if score := rarity(text[end-2 : end+1]); score > bestScore {
			best, bestScore = end, score
		}
	}
	return best
}

func (x *index) code(text string) (code uint16) {
	for i := 0; i < len(text); i++ {
		code = code<<5&(1<<gramBits-1) | x.symbols[text[i]]
	}
	return code
}

// rarity guesses how seldom three characters stand in manifests and code.
func rarity(text string) (score int) {
	for i := 0; i < len(text); i++ {
		if at := strings.IndexByte("etaionsrlcdpmu.-hgbyfw_vkx0123456789jqz~", text[i]|0x20); at >= 0 {
			score += at * at
		}
	}
	return score
}

// findNeedles lists the hits of every pattern's needles; some is false where
// there are none at all.
func findNeedles(text string) (hits [][]hit, some bool) {
	x := needleIndex()
	f := finder{index: x, text: text}
	var code uint16
	for i := 0; i < len(text); i++ {
		code = (code<<5 | x.symbols[text[i]]) & (1<<gramBits - 1)
		if x.has(code) {
			f.look(code, i)
		}
	}
	if last := code << 5 & (1<<gramBits - 1); x.has(last) {
		f.look(last, len(text)) // a needle of two bytes ends the text
	}
	return f.hits, f.hits != nil
}

// finder collects the hits in one text.
type finder struct {
	index *index
	text  string
	hits  [][]hit // by pattern; nil as long as there is none
}

// look compares the needles of a code that ends at offset i.
func (f *finder) look(code uint16, i int) {
	for _, e := range f.index.at(code) {
		if start := i - e.offset; e.needle.at(f.text, start) && f.counts(e.pattern, start) {
			f.add(e.pattern, hit{start, start + len(e.needle.text)})
		}
	}
}

// counts tells whether the pattern can match with a needle there.
func (f *finder) counts(pattern, start int) bool {
	return !patterns[pattern].start || start == 0 || !isWordByte(f.text[start-1])
}

func (f *finder) add(pattern int, h hit) {
	if f.hits == nil {
		f.hits = make([][]hit, len(patterns))
	}
	f.hits[pattern] = append(f.hits[pattern], h)
}
