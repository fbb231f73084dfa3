package document

import (
	"errors"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// shellText is a script put together from parts of a Dockerfile, with the
// offset in the file of every byte.
type shellText struct {
	text   strings.Builder
	origin []int
}

func (t *shellText) add(text string, at func(i int) int) {
	t.text.WriteString(text)
	for i := range len(text) {
		t.origin = append(t.origin, at(i))
	}
}

// commands reads what RUN, CMD, ENTRYPOINT and HEALTHCHECK run.
func (s *stageReader) commands(r *instructionReader, i Instruction) []shell.Command {
	text, reader := shellText{}, shell.Reader{}
	switch {
	case r.isExecForm():
		r.execForm(&text)
	case !i.Shell || s.foreign:
		return []shell.Command{}
	default:
		reader = s.reader
		if !r.shellScript(&text, &reader) {
			return []shell.Command{}
		}
	}
	return s.readCommands(r, &text, reader)
}

// isExecForm tells whether an instruction runs the strings of an array.
func (r *instructionReader) isExecForm() bool {
	runs := r.keyword == "RUN" || r.keyword == "CMD" || r.keyword == "ENTRYPOINT" || r.keyword == "HEALTHCHECK"
	return runs && r.node.Attributes["json"]
}

func (s *stageReader) readCommands(r *instructionReader, text *shellText, reader shell.Reader) []shell.Command {
	reader.Origin, reader.Place = text.origin, r.placeInText
	commands, err := reader.Read(text.text.String(), r.path.With("text"))
	if err != nil {
		s.unreadCommands(r, err)
		return []shell.Command{}
	}
	return commands
}

func (s *stageReader) unreadCommands(r *instructionReader, err error) {
	path, message := r.path, err.Error()
	var failure *shell.Error
	if errors.As(err, &failure) && failure.Line > 0 {
		path = path.With("text", finding.Span{Line: failure.Line, Column: failure.Column})
		message = failure.Message
	}
	s.incomplete(path, "%s: the commands of this %s cannot be read: %s", s.Holder, r.keyword, message)
}

// placeInText turns an offset of the file into a line and column of the
// instruction's text.
func (r *instructionReader) placeInText(offset int) (line, column int) {
	source := r.load.source
	startLine, startColumn := source.Position(r.line.start)
	line, column = source.Position(offset)
	if line == startLine {
		return 1, column - startColumn + 1
	}
	return line - startLine + 1, column
}

// shellScript collects the script of an instruction in shell form: its line,
// and the here-documents behind it. Where the here-document is all there is,
// it is the script itself. False: there is none that can be read.
func (r *instructionReader) shellScript(text *shellText, reader *shell.Reader) bool {
	start := r.words.rest
	if r.keyword == "HEALTHCHECK" {
		start = r.words.args[1].start
	}
	line := r.line.text[min(start, len(r.line.text)):]
	if len(r.node.Heredocs) == 1 && strings.TrimSpace(line) == bareHeredoc(line) {
		return r.heredocScript(text, reader)
	}
	text.add(line, func(i int) int { return r.line.at(start + i) })
	if len(r.node.Heredocs) > 0 {
		text.add("\n", func(int) int { return r.line.at(len(r.line.text)) })
		r.addLines(text, r.line.last+1, r.node.EndLine)
	}
	return true
}

// bareHeredoc is the word that opens a here-document, where line begins with
// one.
func bareHeredoc(line string) string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "<<") || strings.ContainsAny(line, " \t;&|>") {
		return ""
	}
	return line
}

// heredocScript takes the text of the only here-document. Its first line may
// name another program to run it.
func (r *instructionReader) heredocScript(text *shellText, reader *shell.Reader) bool {
	content := r.node.Heredocs[0].Content
	if program, ok := strings.CutPrefix(content, "#!"); ok {
		program, _, _ = strings.Cut(program, "\n")
		named, known := shell.ReaderFor(strings.Fields(program))
		if !known {
			return false
		}
		*reader = named
	}
	r.addLines(text, r.line.last+1, r.node.EndLine-1)
	return true
}

// addLines adds whole lines of the file.
func (r *instructionReader) addLines(text *shellText, first, last int) {
	for n := first; n <= last; n++ {
		at := r.load.source.Offset(n, 1)
		text.add(r.load.source.Line(n)+"\n", func(i int) int { return at + i })
	}
}

// execForm writes the strings of a JSON array as words of a shell, in quotes.
func (r *instructionReader) execForm(text *shellText) {
	for j, word := range r.words.args {
		if !word.quoted {
			continue
		}
		if j > 0 {
			text.add(" ", func(int) int { return r.line.at(word.start) })
		}
		r.quote(text, word)
	}
}

func (r *instructionReader) quote(text *shellText, word dockerWord) {
	at := r.line.at(word.start)
	here := func(int) int { return at }
	text.add("'", here)
	end := word.start + 1
	for i := range len(word.text) {
		at = r.line.at(end)
		if word.text[i] == '\'' {
			text.add(`'\''`, here)
		} else {
			text.add(word.text[i:i+1], here)
		}
		end += jsonWidth(r.line.text, end)
	}
	at = r.line.at(end)
	text.add("'", here)
}

// jsonWidth is how many bytes the character at i of a JSON string takes in
// the file.
func jsonWidth(text string, i int) int {
	if i < len(text) && text[i] == '\\' {
		return 2
	}
	return 1
}
