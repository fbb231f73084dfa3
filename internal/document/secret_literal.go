package document

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
	"guard/internal/tree"
)

// literalSecrets finds the secrets of known formats anywhere in the file's
// text, in order: tokens, keys, and what a Kubernetes Secret wraps in base64.
// The path of each is its region of the text. What the services publish as an
// example is none. Where the text has more in it than may be looked at,
// [loader.secretLimit] says so.
func (l *loader) literalSecrets() []Secret {
	found, complete := scan(l.source.File, l.source.Text)
	secrets := []Secret{}
	for _, m := range distinct(found) {
		if !isExample(m.secret()) {
			secrets = append(secrets, l.literal(m, m.from, m.to))
		}
	}
	wrapped, whole := l.wrappedSecrets()
	l.secretsCut = !complete || !whole
	l.known = append(secrets, wrapped...)
	return l.known
}

// secretLimit names what was not looked at for secrets; ok is false where
// everything was.
func (l *loader) secretLimit() (problem Problem, ok bool) {
	return Problem{Message: "limit exceeded: too much of the text resembles a secret to look at all of it"}, l.secretsCut
}

// literal is the secret of a match that stands from byte from to byte to of
// the file.
func (l *loader) literal(m match, from, to int) Secret {
	p := &patterns[m.pattern]
	return Secret{
		Source: "pattern", Pattern: p.id, Description: p.description, Place: "file",
		Value: m.secret(), Redacted: redacted(m.secret()), Path: finding.NewPath(region(l.source, from, to)),
		Written: l.source.Text[from:to],
	}
}

func region(source *tree.Source, from, to int) finding.Span {
	line, column := source.Position(from)
	endLine, endColumn := source.Position(to)
	return finding.Span{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

var (
	secretKind = regexp.MustCompile(`["']?kind["']?[ \t]*:[ \t]*["']?Secret\b`)
	base64Run  = regexp.MustCompile(`[A-Za-z0-9+/]{20,}={0,2}`)
)

// maxWrapped is how many values of one file are unwrapped at most.
const maxWrapped = 10_000

// wrappedSecrets finds what stands in base64, one level deep, in a file that
// holds a Kubernetes Secret.
func (l *loader) wrappedSecrets() (secrets []Secret, complete bool) {
	text := l.source.Text
	if !strings.Contains(text, "Secret") || !secretKind.MatchString(text) {
		return nil, true
	}
	runs := base64Run.FindAllStringIndex(text, maxWrapped)
	complete = len(runs) < maxWrapped
	for _, run := range runs {
		plain, err := base64.StdEncoding.DecodeString(text[run[0]:run[1]])
		if err != nil || !utf8.Valid(plain) {
			continue
		}
		found, all := scan(l.source.File, string(plain))
		complete = complete && all
		for _, m := range distinct(found) {
			if !isExample(m.secret()) {
				secrets = append(secrets, l.literal(m, run[0], run[1]))
			}
		}
	}
	return secrets, complete
}

// exampleHashes are of values that documentation and emulators publish: the
// first eight bytes of their SHA-256 in hexadecimal.
var exampleHashes = []string{
	"2cafc0970149a84f", "f2d6ca16515033e5", "7e8de44ea9ecf6d5", // test keys in Stripe's documentation
	"0011cc25eb432071", // the account key of Azure's storage emulator
	"aa6547439583c3a2", // the account key of Azure's Cosmos DB emulator
}

// isExample tells whether a secret is one that everybody knows. AWS ends its
// own in EXAMPLE.
func isExample(value string) bool {
	sum := sha256.Sum256([]byte(value))
	return slices.Contains(exampleHashes, hex.EncodeToString(sum[:8])) || isExampleToken(value) ||
		strings.HasSuffix(value, "EXAMPLE") || strings.HasSuffix(value, "EXAMPLEKEY")
}

// isExampleToken: the token that jwt.io shows, whoever has signed it, and
// those of Supabase's local set-up.
func isExampleToken(value string) bool {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !strings.HasPrefix(value, "ey") {
		return false
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	return err == nil && (strings.Contains(string(claims), `"John Doe"`) || strings.Contains(string(claims), `"supabase-demo"`))
}
