package document

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// pattern is one known format of a secret. The table of them is made from
// gitleaks' rules, with what an analysis of each regular expression proves:
// where it can match at all.
type pattern struct {
	id          string
	description string
	expr        string // the regular expression
	group       int    // its group that holds the secret; 0: the first group that is not empty, else all
	entropy     float64
	path        string // regular expression the file's path must match; "" for any
	keywords    []string
	needles     []needle // every match contains one of them, but see whole
	also        []needle // and one of these, where there are any
	whole       bool     // the needles may stand anywhere in the text, outside of a match
	before      int      // how many bytes of a match can stand before the needle
	after       int      // and behind it; what is longer is not found
	lines       int      // how many ends of lines stand behind it at most; 0 for no limit
	inner       charset  // what stands in a match behind the needle, but for its last bytes
	last        int      // how many bytes these are at most
	start       bool     // a match starts with the needle, at the start of a word
	allow       []allowance
}

// charset is a set of bytes. What is no ASCII is in every set.
type charset [2]uint64

func (b *charset) has(c byte) bool { return c >= 128 || b[c/64]&(1<<(c%64)) != 0 }

// needle is a text that is looked for, in lower case where case is free.
type needle struct {
	text string
	fold bool
}

// allowance says which matches are no secrets.
type allowance struct {
	regexes   []string
	stopwords []string
	paths     []string
	target    string // what the regexes look at: "" for the secret, "match", "line"
	all       bool   // regexes, stopwords and paths must all agree
}

// expressions are the regular expressions of a pattern, compiled when the
// pattern is first needed.
type expressions struct {
	once  sync.Once
	match *regexp.Regexp
	allow []allowedBy
}

type allowedBy struct {
	allowance
	regex *regexp.Regexp // nil where there is none
	path  *regexp.Regexp // nil where there is none
}

var (
	patternExpressions [len(patterns)]expressions
	globalExpressions  = sync.OnceValue(func() allowedBy { return globalAllowance.compile() })
)

// compiled returns the expressions of pattern i.
func compiled(i int) *expressions {
	e, p := &patternExpressions[i], &patterns[i]
	e.once.Do(func() {
		e.match = regexp.MustCompile(p.expr)
		for _, a := range p.allow {
			e.allow = append(e.allow, a.compile())
		}
	})
	return e
}

// paths are the patterns' expressions for paths, by their text.
var paths sync.Map

// isIn tells whether pattern i looks at a file of this path at all.
func isIn(i int, file string) bool {
	expr := patterns[i].path
	if expr == "" {
		return true
	}
	re, ok := paths.Load(expr)
	if !ok {
		re, _ = paths.LoadOrStore(expr, regexp.MustCompile(expr))
	}
	return re.(*regexp.Regexp).MatchString(file)
}

// lazily compiles an expression when it is first needed, so that those that
// no file needs cost nothing when the program starts.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

func (a allowance) compile() allowedBy {
	return allowedBy{allowance: a, regex: anyOf(a.regexes), path: anyOf(a.paths)}
}

func anyOf(exprs []string) *regexp.Regexp {
	if len(exprs) == 0 {
		return nil
	}
	return regexp.MustCompile("(?:" + strings.Join(exprs, "|") + ")")
}

// allows tells whether a match in a file is no secret.
func (a allowedBy) allows(file string, m match) bool {
	checks := make([]bool, 0, 3)
	if a.regex != nil {
		checks = append(checks, a.regex.MatchString(m.target(a.target)))
	}
	if len(a.stopwords) > 0 {
		checks = append(checks, a.hasStopword(m.secret()))
	}
	if a.path != nil {
		checks = append(checks, a.path.MatchString(file))
	}
	if a.all {
		return !slices.Contains(checks, false)
	}
	return slices.Contains(checks, true)
}

func (a allowedBy) hasStopword(secret string) bool {
	lower := strings.ToLower(secret)
	return slices.ContainsFunc(a.stopwords, func(word string) bool { return strings.Contains(lower, word) })
}
