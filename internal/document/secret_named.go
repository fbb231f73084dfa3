package document

import (
	"fmt"
	"regexp"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// namedSecret tells whether a variable or key holds a literal secret: its
// name is one of a secret and its value is written out, or the value is a
// connection string with a password in it, whatever the name. References,
// templates, encrypted values, paths, settings and fill-ins are none.
//
// Place is where the variable stands, as [Secret.Place] lists. Where the secret
// is of a known format too, and so is among the file's own secrets, Pattern
// says which.
func (l *loader) namedSecret(name string, value *tree.Node, path finding.Path, holder, place string) (Secret, bool) {
	text := value.Scalar()
	if value.Type() == tree.Bool || text == "" || l.full() {
		return Secret{}, false
	}
	if len(text) > maxValueLength {
		if natureOf(name) != noSecret {
			l.leaveUnseen(fmt.Sprintf("a value under the name of a secret has more than %d bytes", maxValueLength))
		}
		return Secret{}, false
	}
	literal, start, ok := literalIn(name, text)
	if !ok {
		return Secret{}, false
	}
	secret := Secret{
		Source: "name", Name: name, Holder: holder, Place: place,
		Value: literal, Redacted: redacted(literal),
		Path: within(path, value, start, len(literal)),
	}
	l.named++
	secret.Throwaway = l.throwaway(secret)
	l.recognise(&secret)
	return secret, true
}

// recognise names the format of a secret that was found in the file's text,
// or that YAML's quotes and indentation kept from being found whole there.
func (l *loader) recognise(secret *Secret) {
	for _, k := range l.known {
		if l.compared += len(k.Value) + len(secret.Value); l.compared > maxCompared {
			return
		}
		if strings.Contains(secret.Value, k.Value) || len(secret.Value) >= 12 && strings.Contains(k.Value, secret.Value) {
			secret.Pattern, secret.Description = k.Pattern, k.Description
			return
		}
	}
	if len(l.known) == 0 || !strings.Contains(secret.Value, "\n") {
		return
	}
	if found, _ := scan(l.source.File, secret.Value); len(found) > 0 {
		p := &patterns[found[0].pattern]
		secret.Pattern, secret.Description = p.id, p.description
	}
}

// literalIn finds the secret in the value of a variable; start is its offset
// in bytes.
func literalIn(name, text string) (literal string, start int, ok bool) {
	literal = strings.Trim(text, " \t\r\n\"'`")
	start = strings.Index(text, literal)
	if inner, at, found := connectionPassword(literal); found {
		return inner, start + at, true
	}
	kind := natureOf(name)
	if kind == noSecret || literal == "" || isSetting(literal) || isReference(literal) || isFillIn(literal) {
		return "", 0, false
	}
	if repeatsName(name, literal) || namesObject(name, literal) || !kind.canBe(literal) {
		return "", 0, false
	}
	return literal, start, true
}

// connectionPassword finds the password in postgres://user:pass@host or
// Server=…;Password=pass.
func connectionPassword(text string) (password string, start int, ok bool) {
	for _, form := range []*regexp.Regexp{urlPassword(), pairPassword()} {
		if form == pairPassword() && !strings.Contains(text, ";") || form == urlPassword() && !strings.Contains(text, "://") {
			continue
		}
		for _, m := range form.FindAllStringSubmatchIndex(text, -1) {
			password := text[m[2]:m[3]]
			if !isSetting(password) && !isReference(password) && !isFillIn(password) {
				return password, m[2], true
			}
		}
	}
	return "", 0, false
}

// repeatsName: API_KEY=api-key says nothing. One word that repeats itself
// (PASSWORD=password) is a weak secret all the same.
func repeatsName(name, value string) bool {
	words := nameWords(name)
	return len(words) > 1 && strings.Join(words, "") == strings.Join(nameWords(value), "")
}

// namesObject: JWT_SECRET=web-jwt-secret names an object that holds it.
func namesObject(name, value string) bool {
	words := nameWords(name)
	last := words[len(words)-1]
	if last != "secret" && last != "credentials" || !objectName().MatchString(value) {
		return false
	}
	end := value[strings.LastIndexByte(value, '-')+1:]
	return natureOf(end) != noSecret || strings.HasPrefix(end, "cred") || end == "tls" || end == "cert" || end == "secrets"
}

// within is the path of n bytes at offset start of a scalar: of the scalar
// where that is all of it, or where nobody knows how the file writes it.
func within(path finding.Path, value *tree.Node, start, n int) finding.Path {
	if n == len(value.Text) || value.Line == 0 {
		return path
	}
	return path.With(region(tree.NewSource("", value.Text), start, start+n))
}

var (
	testPlace       = lazily(`(?i)(?:^|[/._-])(?:tests?|testing|testdata|e2e|integration|fixtures?|ci|local|dev|development|devcontainer|examples?|samples?|demo|docs?|documentation|hack|kind)(?:[/._-]|$)`)
	productionPlace = lazily(`(?i)(?:^|[/._-])(?:prod|production|live|staging)(?:[/._-]|$)`)
)

// throwaway decides whether a secret protects nothing: in a CI service
// container any value that people can remember, as it lives as long as the
// job; plain words in a Compose file, which is how people set up their own
// machine, and in what is named as a test or as documentation; in a pipeline
// the values that tests use. Elsewhere a weak value is a secret, and a bad one.
func (l *loader) throwaway(secret Secret) bool {
	value := secret.Value
	switch {
	case secret.Place == "service-env":
		return isThrowaway(value) || isWord(value)
	case productionPlace().MatchString(l.source.File):
		return false
	case strings.HasPrefix(secret.Holder, "service "), testPlace().MatchString(l.source.File):
		return isThrowaway(value) || isLetters(value)
	case strings.HasPrefix(secret.Holder, "job "), strings.HasPrefix(secret.Holder, "step "), secret.Holder == "the pipeline":
		return isThrowaway(value)
	}
	return false
}

// isLetters: nextcloud, mysecretpassword.
func isLetters(value string) bool {
	return len(value) <= 24 && strings.IndexFunc(value, func(r rune) bool { return (r|0x20 < 'a' || r|0x20 > 'z') && r != '_' && r != '-' }) < 0
}
