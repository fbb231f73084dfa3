package document

import (
	"bytes"
	"encoding/json"
	"io"
)

// mayHoldObjects tells whether JSON of any size may hold what rules look at: a
// Kubernetes object or a Compose file. Both are told by names in the outer
// objects, so all the rest is passed over. What cannot be read to its end may
// hold anything.
func mayHoldObjects(text io.Reader) bool {
	s := jsonSkimmer{}
	text = io.LimitReader(text, maxLargeJSON+1)
	buffer, total := make([]byte, 64<<10), 0
	for {
		n, err := text.Read(buffer)
		if total += n; s.skim(buffer[:n]) || total > maxLargeJSON {
			return true
		}
		if err != nil {
			return err != io.EOF || s.outer.counts()
		}
	}
}

// maxSkimmedName is how much of a name is kept, in bytes as they are written;
// \u0061 for a letter takes six.
const maxSkimmedName = 256

// jsonSkimmer follows a stream of JSON by its brackets and strings alone. It
// believes that the text is JSON; in what is none a string ends with its line.
type jsonSkimmer struct {
	depth    int
	inString bool
	escaped  bool   // the character before was a backslash
	text     []byte // of the last string, where it may be a name that counts
	services bool   // the last name of an outermost object was services
	outer    outerObject
}

// outerObject is what the names in an outermost object, and in those of its
// services, tell.
type outerObject struct {
	apiVersion, kind bool
	foreign          bool // a name, in it or in a service, that Compose does not have
	list             bool // its services are a list
	runs             bool // a service names an image or a build
}

// counts tells whether the object is one that rules look at. See [isKubernetes]
// and [holdsServices].
func (o outerObject) counts() bool {
	return o.apiVersion && o.kind || o.runs && !o.foreign && !o.list
}

// skim goes on with some bytes; known is true where an object has ended that
// rules look at, or where this is no text.
func (s *jsonSkimmer) skim(data []byte) (known bool) {
	known = bytes.IndexByte(data, 0) >= 0
	for i := 0; i < len(data) && !known; i++ {
		if s.inString {
			i += s.string(data[i:])
			continue
		}
		switch data[i] {
		case '"':
			s.inString, s.text = true, s.text[:0]
		case ':':
			s.name()
		case '{', '[':
			s.open(data[i])
		case '}', ']':
			known = s.close()
		}
	}
	return known
}

// string goes on inside a string, and returns where in data it ends.
func (s *jsonSkimmer) string(data []byte) (end int) {
	for end = 0; end < len(data); end++ {
		switch c := data[end]; {
		case s.escaped:
			s.escaped = false
		case c == '\\':
			s.escaped = true
		case c == '"' || c == '\n':
			s.inString = false
			s.keep(data[:end])
			return end
		}
	}
	s.keep(data)
	return end
}

// keep adds to the last string.
func (s *jsonSkimmer) keep(text []byte) {
	if s.counts() {
		s.text = append(s.text, text[:min(len(text), maxSkimmedName-len(s.text))]...)
	}
}

// counts tells whether a name here may say what the outermost object is.
func (s *jsonSkimmer) counts() bool { return s.depth == 1 || s.depth == 3 && s.services }

// name takes the last string for the name of a member.
func (s *jsonSkimmer) name() {
	if !s.counts() {
		return
	}
	name := unescaped(s.text)
	if s.depth == 1 {
		s.services = name == "services"
		s.outer.apiVersion = s.outer.apiVersion || name == "apiVersion"
		s.outer.kind = s.outer.kind || name == "kind"
		s.outer.foreign = s.outer.foreign || !isField(name, composeFields)
		return
	}
	s.outer.runs = s.outer.runs || name == "image" || name == "build"
	s.outer.foreign = s.outer.foreign || !isField(name, serviceFields)
}

// unescaped is a name as it is meant. One that was cut off is none that counts.
func unescaped(written []byte) string {
	var name string
	if bytes.IndexByte(written, '\\') < 0 || json.Unmarshal([]byte(`"`+string(written)+`"`), &name) != nil {
		return string(written)
	}
	return name
}

func (s *jsonSkimmer) open(c byte) {
	if s.depth == 1 && s.services && c == '[' {
		s.outer.list = true
	}
	s.depth++
}

func (s *jsonSkimmer) close() (known bool) {
	if s.depth = max(s.depth-1, 0); s.depth > 0 {
		return false
	}
	known, s.outer = s.outer.counts(), outerObject{}
	return known
}
