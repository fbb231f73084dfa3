package document

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// Limits of variables. A value that exceeds one is taken as unknown.
const (
	maxVariableBytes = 1 << 10
	maxExpansions    = 32 // variables in one word
)

// variables are the values known at a place of a Dockerfile.
type variables map[string]string

// lookup finds the value of a variable. It is what the builder's lexer asks.
type lookup func(name string) (value string, known bool)

// Get is asked by the builder's lexer.
func (l lookup) Get(name string) (string, bool) { return l(name) }

// Keys is asked by the builder's lexer, for systems whose variables ignore
// case. Dockerfiles do not.
func (l lookup) Keys() []string { return nil }

// in returns a lookup in several sets of variables, the first one first.
func in(sets ...variables) lookup {
	return func(name string) (string, bool) {
		for _, set := range sets {
			if value, known := set[name]; known {
				return value, true
			}
		}
		return "", false
	}
}

// dockerLex expands variables as the builder does.
type dockerLex struct{ escape rune }

// expand replaces the variables of a word and takes its quotes off. Unknown
// lists the variables that have no value; they stay as ${NAME}.
func (l *dockerLex) expand(word string, known lookup) (text string, unknown []string) {
	if strings.Count(word, "$") > maxExpansions {
		return word, []string{"too many variables"}
	}
	result, err := shell.NewLex(l.escape).ProcessWordWithMatches(word, known)
	if err != nil {
		return word, []string{err.Error()}
	}
	unknown = withoutDefault(word, slices.Sorted(maps.Keys(result.Unmatched)))
	if len(unknown) == 0 {
		return result.Result, nil
	}
	text, _, err = shell.NewLex(l.escape).ProcessWord(word, keeping(known, unknown))
	if err != nil {
		return word, unknown
	}
	return text, unknown
}

// keeping is a lookup in which unknown variables stand for themselves.
func keeping(known lookup, unknown []string) lookup {
	return func(name string) (string, bool) {
		if slices.Contains(unknown, name) {
			return "${" + name + "}", true
		}
		return known(name)
	}
}

// ownDefault matches ${NAME:-, ${NAME-, ${NAME:+ and ${NAME+, which need no
// value.
var ownDefault = regexp.MustCompile(`\$\{(\w+):?[-+]`)

func withoutDefault(word string, names []string) []string {
	var unknown []string
	covered := map[string]bool{}
	for _, m := range ownDefault.FindAllStringSubmatch(word, -1) {
		covered[m[1]] = true
	}
	for _, name := range names {
		if !covered[name] {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// unquote takes the quotes off a word and leaves its variables as written.
func (l *dockerLex) unquote(word string) string {
	if strings.Count(word, "$") > maxExpansions {
		return strings.Trim(word, `"'`)
	}
	lex := shell.NewLex(l.escape)
	lex.SkipUnsetEnv = true
	text, _, err := lex.ProcessWord(word, in())
	if err != nil {
		return word
	}
	return text
}

// platformVariables are set by the builder itself. What they hold depends on
// the platform that is built for; the usual one is taken.
func platformVariables() variables {
	return variables{
		"BUILDPLATFORM": "linux/amd64", "BUILDOS": "linux", "BUILDARCH": "amd64", "BUILDVARIANT": "",
		"TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETARCH": "amd64", "TARGETVARIANT": "", "TARGETSTAGE": "default",
	}
}

// scope is what the variables of a stage are worth at one of its
// instructions.
type scope struct {
	lex    *dockerLex
	global variables // ARGs before the first FROM
	env    variables // ENV, those of the parent stages included
	args   variables // ARG of this stage
}

// expand replaces variables as they are worth now. ENV wins over ARG.
func (s *scope) expand(word string) (text string, unknown []string) {
	if !strings.ContainsAny(word, "$\"'\\`") {
		return word, nil
	}
	return s.lex.expand(word, in(s.env, s.args))
}

// apply takes in what an ENV or ARG sets. The values of one ENV do not see
// each other.
func (s *scope) apply(keyword string, pairs []dockerPair) {
	if keyword == "ARG" {
		for _, pair := range pairs {
			s.arg(pair.key.text, pair)
		}
		return
	}
	type result struct {
		name, value string
		unknown     []string
	}
	results := make([]result, len(pairs))
	for i, pair := range pairs {
		results[i].name, _ = s.expand(pair.key.text)
		results[i].value, results[i].unknown = s.expand(pair.value.text)
	}
	for _, r := range results {
		set(s.env, r.name, r.value, r.unknown)
		delete(s.args, r.name)
	}
}

// arg declares an argument of the stage: its own default, or that of the ARG
// of this name before the first FROM.
func (s *scope) arg(name string, pair dockerPair) {
	if pair.set {
		value, unknown := s.expand(pair.value.text)
		set(s.args, name, value, unknown)
		return
	}
	if value, known := s.global[name]; known {
		s.args[name] = value
	}
}

// set stores a value that is known, and forgets the name where it is not.
func set(v variables, name, value string, unknown []string) {
	if len(unknown) > 0 || len(value) > maxVariableBytes {
		delete(v, name)
		return
	}
	v[name] = value
}
