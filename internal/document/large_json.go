package document

import (
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
	escaped  bool      // the character before was a backslash
	text     []byte    // of the last string, where it may be a name that counts
	names    [3]string // that lead to where the skimmer is
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
	for _, c := range data {
		switch {
		case c == 0:
			return true
		case s.inString:
			s.string(c)
		case c == '"':
			s.inString, s.text = true, s.text[:0]
		case c == ':':
			s.name()
		case c == '{' || c == '[':
			s.open(c)
		case c == '}' || c == ']':
			if s.depth = max(s.depth-1, 0); s.depth == 0 {
				if s.outer.counts() {
					return true
				}
				s.outer = outerObject{}
			}
		}
	}
	return false
}

func (s *jsonSkimmer) string(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case c == '"' || c == '\n':
		s.inString = false
		return
	}
	if s.depth <= len(s.names) && len(s.text) < maxSkimmedName {
		s.text = append(s.text, c)
	}
}

// name takes the last string for the name of a member.
func (s *jsonSkimmer) name() {
	if s.depth == 0 || s.depth > len(s.names) {
		return
	}
	var name string
	if err := json.Unmarshal([]byte(`"`+string(s.text)+`"`), &name); err != nil {
		name = string(s.text) // cut off
	}
	s.names[s.depth-1] = name
	switch {
	case s.depth == 1:
		s.outer.apiVersion = s.outer.apiVersion || name == "apiVersion"
		s.outer.kind = s.outer.kind || name == "kind"
		s.outer.foreign = s.outer.foreign || !isField(name, composeFields)
	case s.depth == 3 && s.names[0] == "services":
		s.outer.runs = s.outer.runs || name == "image" || name == "build"
		s.outer.foreign = s.outer.foreign || !isField(name, serviceFields)
	}
}

func (s *jsonSkimmer) open(c byte) {
	if s.depth == 1 && s.names[0] == "services" && c == '[' {
		s.outer.list = true
	}
	s.depth++
}
