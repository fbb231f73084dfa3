package document

import (
	"slices"
	"strings"

	"guard/internal/finding"
)

// secretArgs notes the ARGs of a stage that are named like a secret and have
// no value: whoever builds hands the secret over on the command line.
func (s *stageReader) secretArgs(r *instructionReader) {
	for j, pair := range r.pairs {
		if isOpen(pair, r.pairNode(j).Scalar()) && natureOf(pair.key.text) != noSecret && !isPublic(pair.key.text) {
			s.waiting = append(s.waiting, SecretArg{Name: pair.key.text, Holder: s.Holder, Path: keyPath(r.path, j)})
		}
	}
}

// publicPrefixes begin the names of variables that web frameworks write into
// the pages they build, so that what they hold is no secret.
var publicPrefixes = []string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "VITE_", "REACT_APP_", "VUE_APP_", "GATSBY_", "STORYBOOK_"}

func isPublic(name string) bool {
	return slices.ContainsFunc(publicPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// isOpen tells whether an ARG leaves its value to whoever builds: it has none,
// or that of another variable, as in ARG TOKEN=$TOKEN.
func isOpen(pair dockerPair, value string) bool {
	return !pair.set || value == "" || value[0] == '$'
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
