package tree

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var yamlErrorLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// explain turns an error of the library into ours: on the line of the fault,
// and saying what was expected.
func (r *yamlReader) explain(err error, c chunk) *Error {
	line, message := splitYAMLError(err)
	if parserFault(message) {
		line = r.faultyLine(c, message, line+1) // the library counts these from 0
	} else if strings.HasPrefix(message, "unknown anchor") {
		line = r.faultyLine(c, message, 1)
	}
	line = min(max(line, 1), len(lineStarts(c.text)))
	out := &Error{Line: line + c.line - 1, Message: explainYAML(message)}
	if strings.HasPrefix(message, "exceeded max depth") {
		out.Message, out.Limit = "limit exceeded: "+tooDeep, true
	}
	return out
}

func splitYAMLError(err error) (line int, message string) {
	message = err.Error()
	var typeError *yaml.TypeError
	if errors.As(err, &typeError) && len(typeError.Errors) > 0 {
		message = typeError.Errors[0]
	}
	m := yamlErrorLine.FindStringSubmatch(message)
	if m == nil {
		return 0, message
	}
	line, _ = strconv.Atoi(m[1])
	return line, m[2]
}

// parserFault tells whether an error comes from the library's grammar rather
// than from its scanner. It names the line on which the collection around the
// fault begins.
func parserFault(message string) bool {
	return strings.HasPrefix(message, "did not find expected") || strings.HasPrefix(message, "found undefined tag handle") ||
		strings.HasPrefix(message, "found duplicate %")
}

// maxRepeat bounds how many bytes of a stream are read again to find the lines
// of its errors, and repeatCost is what an attempt costs besides them.
const (
	maxRepeat  = 2 << 20
	repeatCost = 4 << 10
)

// faultyLine finds the line of a fault of grammar: the shortest beginning of
// the text that has it ends there. Line is the answer where looking would take
// too long.
func (r *yamlReader) faultyLine(c chunk, message string, line int) int {
	starts := append(lineStarts(c.text), len(c.text))
	low, high := line, len(starts)-1
	for low < high {
		middle := (low + high) / 2
		if r.repeat -= starts[middle] + repeatCost; r.repeat < 0 {
			return line
		}
		if failsWith(c.text[:starts[middle]], message) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func failsWith(text, message string) bool {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		err := decoder.Decode(new(yaml.Node))
		if err != nil {
			_, got := splitYAMLError(err)
			return !errors.Is(err, io.EOF) && got == message
		}
	}
}

// explanations says what was expected, for the messages of the library that
// do not.
var explanations = []struct{ library, ours string }{
	{"did not find expected key", `expected a key ("name: value") or the end of this map; check indentation and quotes`},
	{"did not find expected '-' indicator", `expected a list item ("- …") or the end of this list; check indentation`},
	{"did not find expected node content", "expected a value here"},
	{"did not find expected ',' or ']'", `expected "," or "]" in the list that was opened with "["`},
	{"did not find expected ',' or '}'", `expected "," or "}" in the map that was opened with "{"`},
	{"did not find expected <document start>", `expected "---" before a further document`},
	{"could not find expected ':'", `expected ":" behind this key; a text of several lines must be quoted, or be a block behind "|"`},
	{"could not find expected directive name", "expected the name of a directive behind %"},
	{"found unknown directive name", "a line cannot begin with % unless it is a %YAML or %TAG directive"},
	{"found incompatible YAML document", `expected version 1.1 or 1.2 behind %YAML, and "---" on a line below`},
	{"mapping values are not allowed in this context", `a second ": " on one line, or a key that is indented too far; quote the value if the colon belongs to it`},
	{"block sequence entries are not allowed in this context", `a list item ("- …") cannot begin here; put it on a line of its own`},
	{"block mapping keys are not allowed in this context", "a key cannot begin here; put it on a line of its own"},
	{"found character that cannot start any token", "a value cannot begin with this character (a tab, %, @ or `); quote the value, and indent with blanks"},
	{"found a tab character that violates indentation", "a tab in the indentation; indent with blanks"},
	{"found a tab character where an indentation space is expected", "a tab in the indentation; indent with blanks"},
	{"found unexpected end of stream", "a quoted text that begins here is never closed"},
	{"found unexpected document indicator", "a quoted text that begins here is not closed before the next document"},
	{"found unknown escape character", `unknown escape in a double-quoted text; write "\\" for a backslash, or use single quotes`},
	{"did not find expected digit or ':'", "expected a version such as 1.2 behind %YAML"},
	{"found undefined tag handle", "a tag whose prefix no %TAG directive declares"},
}

func explainYAML(message string) string {
	for _, e := range explanations {
		if strings.HasPrefix(message, e.library) {
			return e.ours
		}
	}
	if name, ok := strings.CutPrefix(message, "unknown anchor "); ok {
		return "alias " + strings.Trim(strings.TrimSuffix(name, " referenced"), "'") + " names an anchor that does not stand before it"
	}
	return message
}
