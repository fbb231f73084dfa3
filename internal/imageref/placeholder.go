package imageref

import "strings"

// placeholderWords are words in capitals that people put where a value
// belongs.
var placeholderWords = map[string]bool{
	"IMAGE": true, "REGISTRY": true, "REPOSITORY": true, "PLACEHOLDER": true, "REPLACEME": true, "CHANGEME": true,
	"USERNAME": true, "PROJECT": true, "YOUR": true, "NAMESPACE": true, "TAG": true, "VERSION": true,
}

// tryPlaceholders looks for words such as PROJECT_ID and YOUR-NAME in a name
// that cannot be one because of problem. With one of them the reference is a
// template, and problem is none.
func (r *Reference) tryPlaceholders(base, problem string) string {
	var symbols []string
	for part := range strings.FieldsFuncSeq(base, func(c rune) bool { return c == '/' || c == '.' || c == ':' }) {
		if isPlaceholder(part) {
			symbols = append(symbols, part)
		}
	}
	if symbols == nil {
		return problem
	}
	r.doubt(append(r.Symbols, symbols...))
	r.setPart(base)
	return ""
}

// isPlaceholder tells whether part is written as people write placeholders:
// in capitals, with an underscore or a word that says so. No repository has a
// part like that.
func isPlaceholder(part string) bool {
	if strings.ToUpper(part) != part || strings.ToLower(part) == part {
		return false
	}
	if strings.IndexByte(part, '_') >= 0 {
		return true
	}
	for word := range strings.SplitSeq(part, "-") {
		if placeholderWords[word] {
			return true
		}
	}
	return false
}
