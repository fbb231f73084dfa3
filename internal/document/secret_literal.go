package document

import (
	"slices"

	"guard/internal/finding"
	"guard/internal/tree"
)

// literalSecrets finds the secrets of known formats anywhere in the file's
// text, in order: tokens, keys, and what a Kubernetes Secret wraps in base64.
// The path of each is its region of the text. What the services publish as an
// example is none. Where the text has more in it than may be looked at,
// the file is incomplete.
func (l *loader) literalSecrets() []Secret {
	found, complete := scan(l.source.File, l.source.Text)
	r := &literals{load: l, secrets: []Secret{}}
	for _, m := range distinct(found) {
		r.add(m, m.from, m.to)
	}
	if !r.unwrap() || !complete {
		l.leaveUnseen("too much of the text resembles a secret to look at all of it")
	}
	l.known = r.secrets
	return l.known
}

// literals collects the secrets of a file.
type literals struct {
	load    *loader
	secrets []Secret
	taken   []window // where they stand
}

// add takes a secret that stands from byte from to byte to, unless it is an
// example, or another secret stands there.
func (r *literals) add(m match, from, to int) {
	if m.isExample() || slices.ContainsFunc(r.taken, func(w window) bool { return from < w.end && w.start < to }) {
		return
	}
	r.taken = append(r.taken, window{from, to})
	r.secrets = append(r.secrets, r.load.literal(m, from, to))
}

// leaveUnseen says, once, why something was not looked at for secrets.
func (l *loader) leaveUnseen(why string) {
	problem := Problem{Message: "limit exceeded: " + why, Beyond: true}
	if !slices.ContainsFunc(l.unseen, func(p Problem) bool { return p.Message == problem.Message }) {
		l.unseen = append(l.unseen, problem)
	}
}

// literal is the secret of a match that stands from byte from to byte to of
// the file.
func (l *loader) literal(m match, from, to int) Secret {
	p := &patterns[m.pattern]
	return Secret{
		Source: "pattern", Pattern: p.id, Description: p.description, Place: "file",
		Value: m.secret(), Redacted: redacted(m.secret()), Path: finding.NewPath(region(l.source, from, to)),
		Written:   l.source.Text[from:to],
		Throwaway: l.isFixture(p.id),
	}
}

func region(source *tree.Source, from, to int) finding.Span {
	line, column := source.Position(from)
	endLine, endColumn := source.Position(to)
	return finding.Span{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}
