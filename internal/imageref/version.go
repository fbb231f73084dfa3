package imageref

import "strings"

// exact is the precision from which a version names one release.
const exact = 3

// versionAt reads a word as a version: v1, 1.2, 1.2.3, 1.x, 1.22rc1, 8u392. It
// answers how many numbers fix it; 0 where the word is none. A bare number is
// not one by itself.
func versionAt(word string) (precision int) {
	digits := strings.TrimPrefix(word, "v")
	i := 0
	for i < len(digits) && isDigit(digits[i]) {
		i += digitsAt(digits[i:])
		precision++
		if i+1 >= len(digits) || digits[i] != '.' || !isDigit(digits[i+1]) {
			break
		}
		i++
	}
	if precision == 0 || precision == 1 && i == len(digits) && len(digits) == len(word) {
		return 0
	}
	return suffixed(precision, digits[i:])
}

// suffixed answers the precision of a version with something glued to its
// numbers.
func suffixed(precision int, suffix string) int {
	name := strings.TrimLeft(suffix, ".")
	word := strings.TrimRight(name, "0123456789.")
	switch {
	case suffix == "", name == "x", name == "*":
		return precision
	case word != name && (traits[word]&isPrerelease != 0 || word == "a" || word == "b" || word == "u" || word == "p"):
		return max(precision, exact)
	case precision == 1:
		return 0
	default:
		return precision
	}
}
