package tree

import "strings"

// chunk is a piece of a YAML stream with one document.
type chunk struct {
	text  string
	line  int // number of the chunk's first line
	start int // number of the line on which its document begins
}

// splitDocuments cuts a stream at its document markers, which end any scalar.
// Comments and directives go with the document that follows them.
func splitDocuments(text string) []chunk {
	s := splitter{text: text, from: chunk{line: 1}}
	for offset, line := 0, 1; offset < len(text); line++ {
		next := offset + lineLength(text[offset:])
		s.line(offset, line, text[offset:next])
		offset = min(next+1, len(text))
		if s.ended {
			s.cut(offset, line+1)
		}
	}
	s.cut(len(text), 0)
	return s.chunks
}

// splitter walks over the lines of a stream.
type splitter struct {
	text    string
	chunks  []chunk
	from    chunk // the chunk that is being read: its lines, not its text
	offset  int   // where it begins
	started bool  // its document has begun
	ended   bool  // its document has ended
}

func (s *splitter) line(offset, number int, line string) {
	switch {
	case isMarker(line, "---"):
		if s.started {
			s.cut(offset, number)
		}
		s.begin(number)
	case isMarker(line, "..."):
		s.ended = true
	case !s.started && !isPrologue(line):
		s.begin(number)
	}
}

func (s *splitter) begin(number int) {
	s.started, s.from.start = true, number
}

// cut ends the chunk at offset; the next one begins on line number.
func (s *splitter) cut(offset, number int) {
	s.from.text = s.text[s.offset:offset]
	if s.started {
		s.chunks = append(s.chunks, s.from)
	} else if strings.Contains(s.from.text, "%") {
		s.from.start = s.from.line
		s.chunks = append(s.chunks, s.from) // directives without a document
	}
	s.from, s.offset = chunk{line: number}, offset
	s.started, s.ended = false, false
}

func isMarker(line, marker string) bool {
	return strings.HasPrefix(line, marker) && (len(line) == len(marker) || strings.IndexByte(" \t\r", line[len(marker)]) >= 0)
}

// isPrologue tells whether a line may stand before a document: it is blank, a
// comment or a directive.
func isPrologue(line string) bool {
	if strings.HasPrefix(line, "%") {
		return true
	}
	line = strings.TrimLeft(line, " \t\r")
	return line == "" || line[0] == '#'
}

// withoutVersion hides a %YAML 1.x directive from the library, which knows 1.1
// only and reads what both versions have in common.
func withoutVersion(text string) string {
	for offset := 0; offset < len(text); offset += lineLength(text[offset:]) + 1 {
		line := text[offset : offset+lineLength(text[offset:])]
		if !isPrologue(line) {
			break
		}
		if strings.HasPrefix(line, "%YAML 1.") {
			return text[:offset] + "#" + text[offset+1:]
		}
	}
	return text
}
