package shell

// nestingWords open (1) and close (-1) compound commands.
var nestingWords = map[string]int{
	"if": 1, "while": 1, "until": 1, "for": 1, "select": 1, "case": 1, "time": 1, "function": 1, "coproc": 1, "!": 1,
	"fi": -1, "done": -1, "esac": -1,
}

// tooDeep tells whether a text nests so deep that the parser, which recurses,
// must not see it. It counts brackets and words that open, less those that
// close, wherever they stand, also in text that is quoted. So it may count too
// many, and the limit leaves room for that.
func tooDeep(text string) (offset int, deep bool) {
	depth, word := 0, 0
	for i := range len(text) {
		if isWordByte(text[i]) {
			continue
		}
		depth = max(depth+nestingWords[text[word:i]]+nestingBrackets[text[i]], 0)
		word = i + 1
		if depth > MaxNesting {
			return i, true
		}
	}
	return 0, false
}

var nestingBrackets = [256]int{'(': 1, '{': 1, '[': 1, ')': -1, '}': -1, ']': -1}

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '!'
}
