package document

import (
	"strings"

	"guard/internal/finding"
)

// secretArgs notes the ARGs of a stage that are named like a secret and have
// no value: whoever builds hands the secret over on the command line.
func (s *stageReader) secretArgs(r *instructionReader) {
	for j, pair := range r.pairs {
		empty := !pair.set || r.pairNode(j).Scalar() == ""
		if empty && natureOf(pair.key.text) != noSecret {
			s.waiting = append(s.waiting, SecretArg{Name: pair.key.text, Holder: s.Holder, Path: keyPath(r.path, j)})
		}
	}
}

func keyPath(path finding.Path, j int) finding.Path { return path.With("pairs", j, "key") }

// useArgs reports the waiting ARGs that an instruction uses.
func (s *stageReader) useArgs(text string) {
	kept := s.waiting[:0]
	for _, arg := range s.waiting {
		if mentions(text, arg.Name) {
			s.model.SecretArgs = append(s.model.SecretArgs, arg)
			continue
		}
		kept = append(kept, arg)
	}
	s.waiting = kept
}

// mentions tells whether $NAME or ${NAME stands in a text.
func mentions(text, name string) bool {
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			return false
		}
		text = strings.TrimPrefix(text[i+1:], "{")
		if rest, ok := strings.CutPrefix(text, name); ok && (rest == "" || !isNameByte(rest[0])) {
			return true
		}
	}
}

func isNameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
}
