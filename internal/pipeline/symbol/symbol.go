package symbol

import (
	"fmt"
	"strings"
)

// Kind says what a part stands for.
type Kind string

// The kinds of parts.
const (
	Literal    Kind = "literal"    // text as it is
	SHA        Kind = "sha"        // the commit that is built; Length hex digits of it, 0 for all 40
	MergeSHA   Kind = "merge-sha"  // the throw-away merge commit of a pull request; Length as of SHA
	Branch     Kind = "branch"     // a branch whose name is not known
	GitTag     Kind = "git-tag"    // a Git tag whose name is not known
	Semver     Kind = "semver"     // an exact version whose numbers are not known; Name is "major", "minor" or "patch" for that number of it alone
	RunNumber  Kind = "run-number" // a number that grows with every run
	Date       Kind = "date"       // the day or time of the run; Name is its format where known
	Actor      Kind = "actor"      // who started the run
	PRNumber   Kind = "pr-number"  // the number of a pull request
	Repository Kind = "repository" // owner, name or path of the repository; Name says which: "owner", "name", "path"
	Secret     Kind = "secret"     // the secret Name
	Input      Kind = "input"      // the input Name, which whoever starts the run sets
	Setting    Kind = "setting"    // the variable Name of the forge's settings
	Digest     Kind = "digest"     // the digest of an image that was built; Name says which
	Opaque     Kind = "opaque"     // the same text wherever Name stands in one run, but which is not known
	Unknown    Kind = "unknown"    // nobody can say; Reason says why
)

// Part is one part of a value.
type Part struct {
	Kind   Kind   `json:"kind"`
	Text   string `json:"text"`   // of a literal
	Name   string `json:"name"`   // of a secret, an input, …; "" where the kind says it all
	Length int    `json:"length"` // of a SHA, in hex digits; 0 for all
	Reason string `json:"reason"` // of unknown
	Source string `json:"source"` // how the file names it: "github.sha"; "" for a literal
}

// Value is a string as a list of parts. The zero value is the empty string.
// It is immutable.
type Value []Part

// Text is a value that is known.
func Text(text string) Value {
	if text == "" {
		return nil
	}
	return Value{{Kind: Literal, Text: text}}
}

// Of is a value of one part.
func Of(part Part) Value { return Value{part} }

// FullSHA is the whole commit that is built.
func FullSHA() Part { return Part{Kind: SHA} }

// ShortSHA is the beginning of the commit that is built.
func ShortSHA(length int) Part { return Part{Kind: SHA, Length: length} }

// Nobody is a value that cannot be known, for a reason.
func Nobody(reason string) Value { return Value{{Kind: Unknown, Reason: reason}} }

// Join writes values one behind the other; neighbouring literals become one.
func Join(values ...Value) Value {
	parts := 0
	for _, v := range values {
		parts += len(v)
	}
	if parts == 0 {
		return nil
	}
	out := make(Value, 0, parts)
	for _, v := range values {
		for _, p := range v {
			if n := len(out); n > 0 && p.Kind == Literal && out[n-1].Kind == Literal {
				out[n-1].Text += p.Text
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

// Known tells whether the value is plain text, and which.
func (v Value) Known() (text string, ok bool) {
	switch {
	case len(v) == 0:
		return "", true
	case len(v) == 1 && v[0].Kind == Literal:
		return v[0].Text, true
	}
	return "", false
}

// Reason says why the value is not known in all its parts; "" where every part
// is text or stands for something that is known by its kind.
func (v Value) Reason() string {
	for _, p := range v {
		switch p.Kind {
		case Unknown:
			return p.Reason
		case Input, Setting, Secret, Opaque:
			return p.label() + " is not known here"
		}
	}
	return ""
}

// Has tells whether a part of one of the kinds is in the value.
func (v Value) Has(kinds ...Kind) bool {
	for _, p := range v {
		for _, kind := range kinds {
			if p.Kind == kind {
				return true
			}
		}
	}
	return false
}

// String writes the value for people: literals as they are, everything else in
// angle brackets: "shop:main-<sha7>".
func (v Value) String() string {
	var b strings.Builder
	for _, p := range v {
		if p.Kind == Literal {
			b.WriteString(p.Text)
		} else {
			b.WriteString("<" + p.label() + ">")
		}
	}
	return b.String()
}

func (p Part) label() string {
	switch p.Kind {
	case SHA, MergeSHA:
		name := "sha"
		if p.Kind == MergeSHA {
			name = "merge commit's sha"
		}
		if p.Length > 0 {
			name += fmt.Sprint(p.Length)
		}
		return name
	case Secret, Input, Setting:
		if name, is := strings.CutPrefix(p.Name, lower+" "); is {
			return lower + "-case " + string(p.Kind) + " " + name
		}
		return string(p.Kind) + " " + p.Name
	case Repository:
		return "repository's " + p.Name
	case Semver:
		if p.Name != "" {
			return "semver's " + p.Name
		}
	case Digest:
		return "digest"
	case Opaque:
		return p.Name
	case Unknown:
		if p.Source != "" {
			return p.Source
		}
		return "unknown"
	case Branch, GitTag, Actor:
		if p.Name == lower {
			return lower + "-case " + string(p.Kind)
		}
	}
	return string(p.Kind)
}
