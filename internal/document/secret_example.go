package document

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// isExample tells whether a match is no secret after all: everybody knows it,
// or it only shows what one looks like.
func (m match) isExample() bool {
	value := m.secret()
	switch patterns[m.pattern].id {
	case "private-key":
		return !isKey(value)
	case "jwt":
		return isExampleToken(value)
	case "curl-auth-user":
		_, password, _ := strings.Cut(strings.Trim(value, `"'`), ":")
		return isExampleWord(strings.Trim(password, `"'`))
	case "curl-auth-header":
		return isExampleWord(value)
	}
	return isKnownExample(value) || isSequence(value)
}

// exampleHashes are of values that documentation and emulators publish: the
// first eight bytes of their SHA-256 in hexadecimal.
var exampleHashes = []string{
	"2cafc0970149a84f", "f2d6ca16515033e5", "7e8de44ea9ecf6d5", // test keys in Stripe's documentation
	"0011cc25eb432071", // the account key of Azure's storage emulator
	"aa6547439583c3a2", // the account key of Azure's Cosmos DB emulator
}

// isKnownExample: AWS ends its examples in EXAMPLE.
func isKnownExample(value string) bool {
	sum := sha256.Sum256([]byte(value))
	return slices.Contains(exampleHashes, hex.EncodeToString(sum[:8])) ||
		strings.HasSuffix(value, "EXAMPLE") || strings.HasSuffix(value, "EXAMPLEKEY")
}

// isSequence tells whether people typed the value along the keyboard: it has
// the digits or many letters in a row, one character eight times, or mostly
// characters that stand three times or more.
func isSequence(value string) bool {
	lower := strings.ToLower(value)
	for _, row := range []string{"1234567890", "0123456789", "abcdefghij"} {
		if strings.Contains(lower, row) {
			return true
		}
	}
	longest, repeated := runs(value)
	return longest >= 8 || repeated*3 > len(value)*2
}

// runs counts how often one character stands in a row at most, and how many
// characters stand in rows of three or more.
func runs(value string) (longest, repeated int) {
	for i := 0; i < len(value); {
		n := 1
		for i+n < len(value) && value[i+n] == value[i] {
			n++
		}
		longest = max(longest, n)
		if n >= 3 {
			repeated += n
		}
		i += n
	}
	return longest, repeated
}

// isExampleWord judges what a command carries, which has no format to tell a
// secret by.
func isExampleWord(value string) bool {
	return value == "" || isSetting(value) || isReference(value) || isFillIn(value) || isThrowaway(value)
}

// isExampleToken: the token that jwt.io shows, whoever has signed it, and
// those of Supabase's local set-up.
func isExampleToken(value string) bool {
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		return false
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	return err == nil && (strings.Contains(string(claims), `"John Doe"`) || strings.Contains(string(claims), `"supabase-demo"`))
}

var (
	pemFrame = lazily(`-----[A-Za-z0-9 _-]*-----`)
	pemNoise = strings.NewReplacer("\n", "", "\r", "")
	notPlain = lazily(`[^A-Za-z0-9+/]`)
)

// isKey tells whether the text between the lines of a PEM block can be a key:
// base64 that starts as one does in DER or OpenSSH's format, whole and not with
// the middle left out. What is encrypted, or armoured by PGP, has headers, and
// is taken for one.
func isKey(block string) bool {
	body := pemFrame().ReplaceAllString(block, "")
	if strings.Contains(body, "...") || strings.Contains(body, "…") {
		return false
	}
	if strings.Contains(block, "PGP") || strings.Contains(body, "ENCRYPTED") {
		return len(body) > 200
	}
	body = notPlain().ReplaceAllString(pemNoise.Replace(body), "")
	head, err := base64.RawStdEncoding.DecodeString(clip(body, 24))
	return err == nil && len(body) >= 40 && (head[0] == 0x30 || strings.HasPrefix(string(head), "openssh-key-v1"))
}

var (
	fixturePlace  = lazily(`(?i)(?:^|[/._-])(?:tests?|testing|testdata|testutils?|e2e|fixtures?|specs?|mocks?)(?:[/._-]|$)|(?:^|/)t/`)
	documentation = lazily(`(?i)(?:\.(?:md|mdx|rst|adoc)$)|(?:^|/)docs?/`)
)

// isFixture tells whether a secret of this pattern is made for tests or to
// show what one looks like: private keys and JSON Web Tokens among the tests,
// and such tokens in documentation, protect nothing that lasts. A token that a
// service has issued does, wherever it stands.
func (l *loader) isFixture(pattern string) bool {
	switch pattern {
	case "private-key":
		return fixturePlace().MatchString(l.source.File)
	case "jwt", "jwt-base64":
		return fixturePlace().MatchString(l.source.File) || documentation().MatchString(l.source.File)
	}
	return false
}
