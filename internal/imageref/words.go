package imageref

import "strings"

// words is what the words of a tag, parted by dashes and underscores, say
// together.
type words struct {
	tag, lower string
	count      int
	first      trait // of the first word
	last       trait // of the word before
	all        trait // of any word
	strange    int   // words that say nothing guard knows

	date      bool
	number    string // the last running number
	commit    string
	decorated bool // something but the commit says what the image is
	codename  string
	version   string
	precision int
	adjacent  bool // the word before belongs to the version
}

// scanWords reads tag; lower is the tag in lower case.
func scanWords(tag, lower string) words {
	w := words{tag: tag, lower: lower}
	for i := 0; i < len(lower); {
		if isSeparator(lower[i]) {
			i++
			continue
		}
		i += w.next(i)
		w.count++
	}
	return w
}

// next reads the word at i and answers its length.
func (w *words) next(i int) int {
	rest := w.lower[i:]
	if n := w.day(rest); n > 0 {
		return n
	}
	n := wordAt(rest)
	word := rest[:n]
	before := w.last
	w.last = 0
	switch {
	case w.takeCommit(word, i, before):
	case isDigits(word):
		w.takeNumber(word, i, before)
	case w.takeVersion(word, i):
	default:
		w.takeWord(word, i)
	}
	return n
}

// day reads a day, or the time that follows one.
func (w *words) day(rest string) int {
	n := 0
	if w.date && w.last == 0 && !w.adjacent {
		n = timeAt(rest)
	}
	if n == 0 {
		v := len(rest) - len(strings.TrimPrefix(rest, "v"))
		if n = dayAt(rest[v:]); n > 0 {
			n += v
		}
	}
	if n > 0 && n < len(rest) && isDigit(rest[n-1]) && rest[n] == '.' {
		n += timeAt(rest[n:])
	}
	if n == 0 || n < len(rest) && !isSeparator(rest[n]) && rest[n] != 't' {
		return 0
	}
	w.date, w.adjacent, w.last = true, false, 0
	return n
}

// wordAt answers the length of the word that s begins with. A dot ends it
// only where a commit or a day follows.
func wordAt(s string) int {
	if strings.HasPrefix(s, "x86_64") {
		return len("x86_64")
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '-' || s[i] == '_':
			return i
		case s[i] == '.' && (dayAt(s[i+1:]) > 0 || isCommitWord(s[i+1:i+1+pieceAt(s[i+1:])])):
			return i
		}
	}
	return len(s)
}

// pieceAt answers where the next separator of any kind stands in s.
func pieceAt(s string) int {
	for i := 0; i < len(s); i++ {
		if isSeparator(s[i]) {
			return i
		}
	}
	return len(s)
}

// isCommitWord tells whether a word is a commit by its looks: hex digits with
// a letter among them.
func isCommitWord(word string) bool {
	return (isHex(word, shortestCommit, 40) || isHex(word, 64, 64)) && !isDigits(word)
}

// takeCommit reads a word as a commit: by its looks, or because the word
// before says so.
func (w *words) takeCommit(word string, i int, before trait) bool {
	switch {
	case isCommitWord(word):
	case before&isCommit != 0 && before&isBuild == 0 && isHex(word, 4, 64):
	case word[0] == 'g' && isHex(word[1:], shortestCommit, 40):
		word = word[1:]
		i++
	default:
		return false
	}
	w.commit = w.tag[i : i+len(word)]
	w.adjacent = false
	return true
}

// takeNumber reads a word of digits: part of a version, or a running number.
func (w *words) takeNumber(word string, i int, before trait) {
	switch {
	case w.adjacent && (w.precision > 1 || len(word) > 2):
		w.precision = max(w.precision+1, exact)
	case w.count == 0 && (len(word) <= 2 || isYear(word)), before&isRelease != 0 && before&isBuild == 0:
		w.setVersion(w.tag[i:i+len(word)], 1)
		return
	case before&isPrerelease != 0 && w.version != "":
		w.precision = max(w.precision, exact)
	}
	w.number = word
	w.decorated = true
}

// takeVersion reads a word as a version.
func (w *words) takeVersion(word string, i int) bool {
	precision := versionAt(word)
	switch {
	case precision == 0:
		return false
	case w.version == "":
		w.setVersion(w.tag[i:i+len(word)], precision)
	case w.adjacent && hasLongNumber(word):
		w.precision = max(w.precision+precision, exact)
	case !w.adjacent && precision > w.precision:
		w.setVersion(w.tag[i:i+len(word)], precision)
	default:
		w.adjacent = false
	}
	return true
}

func (w *words) setVersion(version string, precision int) {
	w.version, w.precision, w.adjacent, w.decorated = version, precision, true, true
}

// hasLongNumber tells whether a number of three digits or more is in a
// version, as in the build numbers of 9.3-1361.1699548029.
func hasLongNumber(version string) bool {
	for number := range strings.SplitSeq(version, ".") {
		if digitsAt(number) > 2 {
			return true
		}
	}
	return false
}

// takeWord reads a word of letters, with a number at its end perhaps.
func (w *words) takeWord(word string, i int) {
	t := traits[word]
	if t == 0 {
		t = w.numbered(word)
	}
	if w.count == 0 {
		w.first = t
	}
	if t&isCodename != 0 {
		w.codename = w.tag[i : i+len(word)]
	}
	if t&known == 0 {
		w.strange++
	}
	if t&(isCommit|isFlavour|isNeutral) == 0 {
		w.decorated = true
	}
	w.last, w.adjacent = t, false
	w.all |= t
}

// numbered answers the traits of a word with a number glued to it: rc1, b42,
// jdk17, alpine3.19.
func (w *words) numbered(word string) trait {
	stem := strings.TrimRight(word, "0123456789.")
	t := traits[stem]
	switch {
	case stem == word || t == 0:
		return 0
	case t&isPrerelease != 0 && w.version != "":
		w.precision = max(w.precision, exact)
		return isNeutral
	case t&isBuild != 0 && w.version != "":
		w.precision = max(w.precision, exact)
		return isNeutral
	case t&isBuild != 0:
		w.number = word[len(stem):]
		return isBuild
	case t&isTopic != 0:
		return isTopic | isNumbered
	case t&(isFlavour|isNeutral|isCodename|isTool) != 0:
		return isNeutral | isNumbered
	default:
		return 0
	}
}
