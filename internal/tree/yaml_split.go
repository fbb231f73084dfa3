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
	filled  bool  // there is more in it than a marker
	ended   bool  // its document has ended
}

func (s *splitter) line(offset, number int, line string) {
	switch {
	case isMarker(line, "---"):
		if s.started {
			s.cut(offset, number)
		}
		s.started, s.from.start = true, number
		s.filled = s.filled || !isComment(line[len("---"):])
	case isMarker(line, "..."):
		s.ended = true
	case s.filled:
	case !s.started && !isPrologue(line):
		s.started, s.filled, s.from.start = true, true, number
	case s.started && !isComment(line), strings.HasPrefix(line, "%"):
		s.filled = true
	}
}

// cut ends the chunk at offset; the next one begins on line number.
func (s *splitter) cut(offset, number int) {
	if s.filled {
		s.from.text = s.text[s.offset:offset]
		s.from.start = max(s.from.start, s.from.line)
		s.chunks = append(s.chunks, s.from)
	}
	s.from, s.offset = chunk{line: number}, offset
	s.started, s.filled, s.ended = false, false, false
}

func isMarker(line, marker string) bool {
	return strings.HasPrefix(line, marker) && (len(line) == len(marker) || strings.IndexByte(" \t\r", line[len(marker)]) >= 0)
}

// isPrologue tells whether a line may stand before a document: it is blank, a
// comment or a directive.
func isPrologue(line string) bool {
	return strings.HasPrefix(line, "%") || isComment(line)
}

// isComment tells whether a line is blank but for a comment.
func isComment(line string) bool {
	line = strings.TrimLeft(line, " \t\r")
	return line == "" || line[0] == '#'
}

// withoutVersion hides a %YAML 1.x directive from the library, which knows 1.1
// only and reads what both versions have in common.
func withoutVersion(text string) string {
	version := -1
	for offset := 0; offset < len(text); offset += lineLength(text[offset:]) + 1 {
		line := text[offset : offset+lineLength(text[offset:])]
		switch {
		case strings.HasPrefix(line, "%YAML 1.") && version < 0:
			version = offset
		case isPrologue(line):
		case isMarker(line, "---") && version >= 0:
			return text[:version] + "#" + text[version+1:]
		default:
			return text
		}
	}
	return text
}
