package authoring

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guard/internal/finding"
)

// Want is one expectation written into an example file.
type Want struct {
	Line    int
	Rule    string
	Message *regexp.Regexp
	Met     bool
}

// wantComment is # want <id> "regexp" at the end of the offending line, or
// # want-next <id> "regexp" on a line of its own above it. Several may stand
// behind each other.
var wantComment = lazily(`#\s*want(-next)?\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")`)

// likeWant is what somebody has meant as an expectation.
var likeWant = lazily(`#\s*want(-next)?\b`)

// sidecarWant is a line of <file>.want, for formats without comments.
var sidecarWant = lazily(`^(\d+)\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")$`)

// lazily compiles a pattern when it is first needed: guard check never does.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// WantError is an expectation that cannot be read.
type WantError struct {
	Line    int
	Message string
}

// Error says what is wrong, without the file.
func (e *WantError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// ReadWants reads the expectations in an example file, and in the file
// <name>.want beside it. Its error is a [WantError] where one cannot be read.
func ReadWants(examples fs.FS, name, text string) ([]*Want, error) {
	var wants []*Want
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		marks := wantComment().FindAllStringSubmatch(line, -1)
		if len(marks) < len(likeWant().FindAllString(line, -1)) {
			return nil, &WantError{i + 1, `expected # want <category>/<name> "regular expression"`}
		}
		for _, m := range marks {
			at := i + 1
			if m[1] != "" {
				at = nextLine(lines, i)
			}
			want, err := newWant(at, i+1, m[2], m[3])
			if err != nil {
				return nil, err
			}
			wants = append(wants, want)
		}
	}
	beside, err := readSidecar(examples, name+".want")
	return append(wants, beside...), err
}

func readSidecar(examples fs.FS, name string) ([]*Want, error) {
	text, err := readSmall(examples, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var wants []*Want
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		m := sidecarWant().FindStringSubmatch(line)
		if m == nil {
			return nil, &WantError{i + 1, fmt.Sprintf("%q in %s is not of the form: line id \"regexp\"", line, name)}
		}
		at, _ := strconv.Atoi(m[1])
		want, err := newWant(at, i+1, m[2], m[3])
		if err != nil {
			return nil, err
		}
		wants = append(wants, want)
	}
	return wants, nil
}

// nextLine is the number of the first line behind index i that holds no
// expectation itself.
func nextLine(lines []string, i int) int {
	for i++; i < len(lines) && strings.Contains(lines[i], "want-next"); i++ {
	}
	return i + 1
}

func newWant(line, at int, rule, quoted string) (*Want, error) {
	text, err := strconv.Unquote(quoted)
	if err != nil {
		text = strings.Trim(quoted, `"`)
	}
	message, err := regexp.Compile(text)
	if err != nil {
		return nil, &WantError{at, fmt.Sprintf("want %s: %v", rule, err)}
	}
	return &Want{Line: line, Rule: rule, Message: message}, nil
}

// Meet marks the expectation that a finding fulfils; ok is false where none
// does.
func Meet(wants []*Want, f finding.Finding) (ok bool) {
	i := slices.IndexFunc(wants, func(w *Want) bool {
		return !w.Met && w.Line == f.Line && w.Rule == f.Rule && w.Message.MatchString(f.Message)
	})
	if i >= 0 {
		wants[i].Met = true
	}
	return i >= 0
}
