package metadata

import (
	"regexp"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
)

// python is a version of PEP 440: epoch, release, pre-release, post release,
// development release and local version.
var python = regexp.MustCompile(`(?i)^v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
	`(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d+)?)?` +
	`(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d+)?)?` +
	`(?:[-_.]?(dev)[-_.]?(\d+)?)?` +
	`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)

// parsePEP440 reads a version; answer is no where it is none.
func (a *alphabet) parsePEP440(text string) (release, logic.Answer) {
	if !plain(text) {
		return a.symbolicRelease(text)
	}
	p := python.FindStringSubmatch(text)
	if p == nil {
		return release{}, logic.No
	}
	numbers := strings.Split(p[2], ".")
	for i := range numbers {
		numbers[i] = plainNumber(numbers[i])
	}
	r := release{raw: text, major: numbers[0], minor: at(numbers, 1), patch: at(numbers, 2)}
	r.prerelease = p[3] != "" || p[5] != "" || p[6] != "" || p[8] != ""
	r.version = normalized(numbers, p)
	return r, logic.Yes
}

// normalized is a version as Python writes it.
func normalized(numbers, p []string) string {
	text := strings.Join(numbers, ".")
	if epoch := plainNumber(p[1]); p[1] != "" && epoch != "0" {
		text = epoch + "!" + text
	}
	if p[3] != "" {
		text += letters(p[3]) + plainNumber(p[4])
	}
	if p[5] != "" || p[6] != "" {
		text += ".post" + plainNumber(p[5]+p[7])
	}
	if p[8] != "" {
		text += ".dev" + plainNumber(p[9])
	}
	if p[10] != "" {
		text += "+" + local(p[10])
	}
	return text
}

func letters(word string) string {
	switch word = strings.ToLower(word); word {
	case "alpha":
		return "a"
	case "beta":
		return "b"
	case "c", "pre", "preview":
		return "rc"
	}
	return word
}

// local is a local version as the action's library writes it: its segments
// with commas between them.
func local(text string) string {
	segments := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("._-", r) })
	for i, s := range segments {
		if _, err := number(s); err == nil {
			segments[i] = plainNumber(s)
		} else {
			segments[i] = strings.ToLower(s)
		}
	}
	return strings.Join(segments, ",")
}

// plainNumber is a number as JavaScript writes it; 0 for none.
func plainNumber(digits string) string {
	if digits == "" {
		return "0"
	}
	n, err := number(digits)
	if err != nil {
		return digits
	}
	if n < 1e21 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'e', -1, 64)
}

func at(numbers []string, i int) string {
	if i < len(numbers) {
		return numbers[i]
	}
	return "0"
}
