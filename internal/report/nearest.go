package report

// nearest returns the word that takes the fewest edits to reach from name, if
// that is few enough for a typing mistake.
func nearest(name string, words []string) (word string, ok bool) {
	if len(name) > 32 {
		return "", false
	}
	best := max(len(name)/3, 1) + 1
	for _, w := range words {
		if d := edits(name, w); d < best {
			best, word = d, w
		}
	}
	return word, word != ""
}

// edits counts the insertions, deletions and replacements between a and b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
