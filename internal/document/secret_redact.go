package document

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"guard/internal/tree"
)

// redacted is a secret as people may see it: at most its first four
// characters, and never more than a quarter of it.
func redacted(value string) string {
	shown := min(4, utf8.RuneCountInString(value)/4)
	return string([]rune(value)[:shown]) + "****"
}

// Redact returns text with every secret of the document's file replaced by
// its redacted form, also where it is written in base64, escaped for a URL or
// a string, line by line, or in pieces between quotes; and with the password
// of any URL replaced. A secret that is an ordinary word is replaced only
// behind its name (password: postgres), so that messages about the image
// postgres stay readable. What follows a name like a secret's is replaced even
// where the file could not be read, and so no secret of it is known.
//
// Where a limit was reached, so that secrets of the file may be unknown, nothing
// of text is returned but what guard itself says of the limit.
func (d *Document) Redact(text string) string {
	if d.Concealed() && text != "" {
		return d.redactor.ownWords(text)
	}
	return d.RedactKnown(text)
}

// RedactKnown is Redact for the names of objects and the keys of values, which
// people go by: it trusts that all secrets of the file are known.
func (d *Document) RedactKnown(text string) string {
	r := d.redactor
	if r == nil {
		r = newRedactor([]*Document{d})
	}
	return redactPairs(redactURLs(r.redact(text)))
}

// Concealed tells whether secrets of the file may be unknown, so that no line
// and no value of it may be shown.
func (d *Document) Concealed() bool { return d.redactor != nil && len(d.redactor.beyond) > 0 }

// redactor replaces the secrets of one file. It is made when it is first
// needed, and safe for use by several goroutines.
type redactor struct {
	secrets []Secret
	beyond  []string // what guard says of the limits that were reached
	once    sync.Once
	forms   *strings.Replacer
	words   *wordForms
}

func newRedactor(documents []*Document) *redactor {
	r := &redactor{}
	for _, d := range documents {
		r.secrets = append(r.secrets, d.Secrets...)
		r.secrets = append(r.secrets, d.hidden...)
		r.secrets = append(r.secrets, secretData(d, maxSecrets+1-len(r.secrets))...)
		for _, p := range slices.Concat(d.Unparsable, d.Incomplete) {
			if p.Beyond {
				r.beyond = append(r.beyond, p.Message)
			}
		}
	}
	return r
}

// notShown stands for a text that may hold a secret which nobody knows of.
const notShown = "not shown, as the file exceeds a limit and may hold secrets that were not looked for"

// ownWords is what guard itself says in a text of a limit.
func (r *redactor) ownWords(text string) string {
	for _, own := range r.beyond {
		if strings.Contains(text, own) {
			return own
		}
	}
	return notShown
}

func (r *redactor) redact(text string) string {
	if len(r.secrets) == 0 || text == "" {
		return text
	}
	r.once.Do(r.prepare)
	return r.words.redact(r.forms.Replace(text))
}

// prepare collects the forms, the longest first, as the first that fits wins.
func (r *redactor) prepare() {
	shown, words := map[string]string{}, []Secret{}
	for _, s := range r.secrets {
		if isOrdinary(s.Value) {
			words = append(words, s)
			continue
		}
		for _, form := range formsOf(s) {
			shown[form] = s.Redacted
		}
	}
	forms := make([]string, 0, len(shown))
	for form := range shown {
		forms = append(forms, form)
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, shown[form])
	}
	r.forms, r.words = strings.NewReplacer(pairs...), newWordForms(words)
}

// isOrdinary tells whether a value is a word, a number or so short that it
// stands in many texts by chance.
func isOrdinary(value string) bool {
	letters := strings.IndexFunc(value, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
	return len(value) < 6 || letters && len(value) <= 12 || isDigits(value) && len(value) <= 8
}

var (
	urlUser  = lazily(`([a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s/:@'"<>?#]{0,256}:)([^\s/@'"<>]{1,512})(@)`)
	urlToken = lazily(`([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)([A-Za-z0-9_.~%-]{16,512})(@)`)
)

// redactURLs hides the passwords of URLs, and user names that are as long as
// a token. What is filled in later stays.
func redactURLs(text string) string {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return text
	}
	for _, form := range []*regexp.Regexp{urlUser(), urlToken()} {
		text = form.ReplaceAllStringFunc(text, func(found string) string {
			parts := form.FindStringSubmatch(found)
			if templateMarks().MatchString(parts[2]) || strings.HasSuffix(parts[2], "****") {
				return found
			}
			return parts[1] + "****" + parts[3]
		})
	}
	return text
}

// pair is a name with a value on one line: "key": "x", TOKEN=x, password: x.
// A bare word behind a colon is a value where nothing follows it.
var pair = lazily(`(?m)([A-Za-z][\w.-]{1,100})["']?[ \t]*[:=][ \t]*(?:"((?:[^"\\\n]|\\.){1,1000})"?|'([^'\n]{1,1000})'?|([^\s"',;]{1,1000})[ \t\r]*(?:$|[,}#]))|([A-Za-z][\w.-]{1,100})=([^\s"',;]{1,1000})`)

// nameStems are such that every name of a secret holds one of them.
var nameStems = []string{"pass", "pw", "secret", "token", "key", "cred"}

// mayPairSecret tells whether a text can hold a pair whose name is that of a
// secret: before a colon or an equals sign stands a name with one of the
// stems. It spares most texts the expression.
func mayPairSecret(text string) bool {
	for at := strings.IndexAny(text, ":="); at >= 0; {
		before := strings.TrimRight(text[:at], " \t")
		if n := len(before); n > 0 && (before[n-1] == '"' || before[n-1] == '\'') {
			before = before[:n-1]
		}
		name := strings.ToLower(before[len(strings.TrimRightFunc(before, inName)):])
		if slices.ContainsFunc(nameStems, func(stem string) bool { return strings.Contains(name, stem) }) {
			return true
		}
		next := strings.IndexAny(text[at+1:], ":=")
		if next < 0 {
			return false
		}
		at += 1 + next
	}
	return false
}

// inName tells whether a rune may stand in the name of a pair.
func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-'
}

// redactPairs hides what its name says is a secret.
func redactPairs(text string) string {
	if !mayPairSecret(text) {
		return text
	}
	return redactEveryPair(text)
}

func redactEveryPair(text string) string {
	var b strings.Builder
	end := 0
	for _, m := range pair().FindAllStringSubmatchIndex(text, -1) {
		name, value := pairAt(m)
		literal, start, ok := literalIn(text[name.start:name.end], text[value.start:value.end])
		if !ok || strings.HasSuffix(literal, "****") {
			continue
		}
		start += value.start
		b.WriteString(text[end:start] + redacted(literal))
		end = start + len(literal)
	}
	return b.String() + text[end:]
}

// pairAt is where name and value of a pair stand: the first group that took
// part, and the next.
func pairAt(m []int) (name, value window) {
	var parts []window
	for group := 2; group < len(m); group += 2 {
		if m[group] >= 0 {
			parts = append(parts, window{m[group], m[group+1]})
		}
	}
	return parts[0], parts[1]
}

// secretData are the values of a Kubernetes Secret, whatever their names, but
// hardly more than most.
func secretData(d *Document, most int) []Secret {
	if d.Kubernetes == nil || d.Kubernetes.Kind != "Secret" {
		return nil
	}
	var secrets []Secret
	for _, m := range members(d.Value.Get("data")) {
		if len(secrets) < most {
			written := strings.TrimSpace(m.Value.Scalar())
			secrets = appendData(secrets, m.Key.Text, decoded(written), written)
		}
	}
	for _, m := range members(d.Value.Get("stringData")) {
		if len(secrets) < most {
			secrets = appendData(secrets, m.Key.Text, m.Value.Scalar(), "")
		}
	}
	return secrets
}

func members(n *tree.Node) []tree.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

func appendData(secrets []Secret, name, value, written string) []Secret {
	if len(value) > maxValueLength {
		return append(secrets, Secret{Name: name, Value: value, Written: written, Redacted: redacted(value)})
	}
	if password, _, found := connectionPassword(value); found {
		return append(secrets, Secret{Name: name, Value: password, Written: written, Redacted: redacted(password)})
	}
	if value == "" || isReference(value) || isPublicKey(name) {
		return secrets
	}
	return append(secrets, Secret{Name: name, Value: value, Written: written, Redacted: redacted(value)})
}
