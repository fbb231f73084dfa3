package report

import "strings"

// wrap breaks clean text at spaces into lines of at most so many columns; a
// longer word is broken where it must. 0 columns do not break.
func wrap(text string, columns int) []string {
	if columns <= 0 || textWidth(text) <= columns {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		for _, piece := range pieces(word, columns) {
			n := textWidth(piece)
			if used > 0 && used+1+n > columns {
				lines, line, used = append(lines, line), "", 0
			}
			if used > 0 {
				line, used = line+" ", used+1
			}
			line, used = line+piece, used+n
		}
	}
	return append(lines, line)
}

// pieces breaks a word that is wider than the columns.
func pieces(word string, columns int) []string {
	if textWidth(word) <= columns {
		return []string{word}
	}
	var out []string
	start, used := 0, 0
	for i, r := range word {
		if n := runeWidth(r); used+n > columns && i > start {
			out, start, used = append(out, word[start:i]), i, 0
		}
		used += runeWidth(r)
	}
	return append(out, word[start:])
}
