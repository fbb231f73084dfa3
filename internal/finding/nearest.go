package finding

// Nearest returns the candidate that takes the fewest edits to reach from
// name, if that is few enough for a typing mistake, else "". Of equally near
// ones the first wins.
func Nearest(name string, candidates []string) string {
	if len(name) > 64 {
		return ""
	}
	nearest, limit := "", len(name)/3+2
	for _, candidate := range candidates {
		if d := edits(name, candidate); d < limit {
			nearest, limit = candidate, d
		}
	}
	return nearest
}

// edits is the Levenshtein distance of two names, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
