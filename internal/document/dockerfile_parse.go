package document

import (
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// The limits of one Dockerfile. What exceeds one is unparsable.
const (
	maxDockerfileBytes = 512 << 10
	maxStages          = 300
	maxInstructions    = 5000
	maxUnreadable      = 20  // instructions that cannot be read at all
	maxDockerNesting   = 500 // ONBUILD ONBUILD, ${a:-${b:-…
)

// parseDockerfile parses a text within the limits.
func parseDockerfile(text string) (*parser.Result, error) {
	switch {
	case len(text) > maxDockerfileBytes:
		return nil, overLimit(fmt.Sprintf("the file has %d bytes, more than %d", len(text), maxDockerfileBytes))
	case strings.Count(strings.ToUpper(text), "ONBUILD") > maxDockerNesting:
		return nil, overLimit(fmt.Sprintf("more than %d times ONBUILD", maxDockerNesting))
	case nestsExpansions(text):
		return nil, overLimit(fmt.Sprintf("variables nested deeper than %d levels", maxDockerNesting))
	}
	return parser.Parse(strings.NewReader(text))
}

// overLimit is a text that exceeds a limit, and was not parsed.
type overLimit string

func (e overLimit) Error() string { return string(e) }

// nestsExpansions tells whether ${ stands inside ${ too often. The parser
// recurses there.
func nestsExpansions(text string) bool {
	depth := 0
	for i := range len(text) {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}':
			depth = max(depth-1, 0)
		}
		if depth > maxDockerNesting {
			return true
		}
	}
	return false
}

// unreadable is an instruction, or a whole file, that cannot be read.
type unreadable struct {
	first, last int // lines; 0 for the file as a whole
	message     string
	beyond      bool // a limit was reached: see [Problem]
}

// parseLeniently parses a text and leaves out the instructions that cannot be
// read at all, so that one does not hide the others.
func parseLeniently(text string) (*parser.Result, []unreadable) {
	var problems []unreadable
	for len(problems) < maxUnreadable {
		result, err := parseDockerfile(text)
		if err == nil {
			return result, problems
		}
		problem := problemOf(err)
		problems = append(problems, problem)
		if problem.last == 0 || strings.HasPrefix(problem.message, "file with no instructions") {
			return nil, problems
		}
		text = withoutLines(text, problem.first, problem.last)
	}
	return nil, problems
}

// withoutLines turns lines (1-based) into comments.
func withoutLines(text string, first, last int) string {
	lines := strings.SplitAfter(text, "\n")
	for i := first - 1; i < last && i < len(lines); i++ {
		lines[i] = "#\n"
	}
	return strings.Join(lines, "")
}

func problemOf(err error) unreadable {
	problem := unreadable{message: err.Error(), beyond: errors.As(err, new(overLimit))}
	var location *parser.LocationError
	if errors.As(err, &location) && len(location.Locations) > 0 && len(location.Locations[0]) > 0 {
		at := location.Locations[0]
		problem.first, problem.last = at[0].Start.Line, at[len(at)-1].End.Line
	}
	return problem
}

// validate says what is wrong with an instruction that could be split into
// words; "" where nothing is.
func validate(node *parser.Node) string {
	if _, err := instructions.ParseInstruction(node); err != nil {
		return err.Error()
	}
	return ""
}
