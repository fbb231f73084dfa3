package tree

import (
	"sort"
	"unicode/utf8"
)

// runeBlock is after how many bytes the index counts anew.
const runeBlock = 1 << 10

// runeIndex counts the characters before each block of a text, so that
// columns in a line of many megabytes cost no more than in a short one. It is
// nil where every character is one byte.
type runeIndex []int

func newRuneIndex(text string) runeIndex {
	if isASCII(text) {
		return nil
	}
	index := make(runeIndex, 1, len(text)/runeBlock+1)
	for start := 0; start+runeBlock < len(text); start += runeBlock {
		index = append(index, index[len(index)-1]+countRunes(text[start:start+runeBlock]))
	}
	return index
}

func isASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// countRunes counts the bytes that begin a character, so that a text may be
// cut anywhere.
func countRunes(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		if utf8.RuneStart(text[i]) {
			n++
		}
	}
	return n
}

// count is how many characters begin before offset.
func (x runeIndex) count(text string, offset int) int {
	if x == nil {
		return offset
	}
	block := min(offset/runeBlock, len(x)-1)
	return x[block] + countRunes(text[block*runeBlock:offset])
}

// offset is where the character with n others before it begins.
func (x runeIndex) offset(text string, n int) int {
	if x == nil {
		return min(n, len(text))
	}
	block := max(0, sort.SearchInts(x, n+1)-1)
	at := block * runeBlock
	for left := n - x[block]; at < len(text); at++ {
		if !utf8.RuneStart(text[at]) {
			continue
		}
		if left == 0 {
			return at
		}
		left--
	}
	return len(text)
}
