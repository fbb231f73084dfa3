package document

import (
	"slices"
	"strings"
	"unicode"
)

// nature says where the secret that a name promises comes from. It decides
// which values can be one.
type nature uint8

const (
	noSecret nature = iota
	chosen          // people think it up: a password, a signing secret; any word works
	issued          // a machine hands it out: a token, an API key; a plain word cannot be one
)

var (
	chosenNouns = []string{"password", "passwd", "passphrase", "secret", "secretkey", "encryptionkey", "signingkey"}
	issuedNouns = []string{"token", "apikey", "accesskey", "privatekey", "authkey"}
	shortNouns  = []string{"pass", "pwd", "pw"}
	credentials = []string{"credential", "credentials", "creds"}

	// What a word before "key" says of the key.
	chosenKeys = []string{"secret", "encryption", "encrypt", "signing", "sign", "session", "cookie", "app", "master", "jwt", "hmac", "cipher", "crypt", "aes"}
	issuedKeys = []string{"api", "access", "private", "auth", "shared", "account", "ssh", "rsa", "license", "storage", "deploy", "integration", "webhook", "admin", "subscription", "service"}

	// Words before "secret" that make it the name of an object: tls_secret,
	// image_pull_secret, existing_secret, password_secret.
	objectWords = []string{"pull", "tls", "ssl", "cert", "certificate", "ca", "existing", "password", "token", "credential", "credentials", "key", "kubernetes", "k8s", "kube", "image", "docker", "registry", "ingress", "issuer", "no"}

	// Words before "token" that make it a unit of text or a cursor.
	countWords = []string{"max", "min", "num", "page", "next", "continuation", "continue", "sync", "cancellation", "stop", "start", "end", "id"}

	// First words that make the name a question or a deed.
	switchWords = []string{"allow", "enable", "enabled", "disable", "disabled", "require", "required", "use", "has", "is", "skip", "generate", "random", "show", "hide", "no", "forgot", "check", "verify", "validate", "rotate", "mask", "existing"}

	// Last words that say which secret it is, or how it is written.
	variantWords = []string{"prod", "production", "staging", "stage", "dev", "development", "test", "default", "old", "new", "current", "previous", "primary", "secondary", "value", "base", "main", "live", "plain", "raw", "base64", "b64"}
)

// natureOf tells whether a variable or key of this name holds a secret. The
// last word decides: DB_PASSWORD does, PASSWORD_FILE does not.
func natureOf(name string) nature {
	words := nameWords(name)
	for len(words) > 1 && (slices.Contains(variantWords, words[len(words)-1]) || isDigits(words[len(words)-1])) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || slices.Contains(switchWords, words[0]) || slices.Contains(words, "random") || slices.Contains(words, "empty") {
		return noSecret
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	return natureOfNoun(strings.TrimRight(last, "0123456789"), before)
}

func natureOfNoun(noun, before string) nature {
	switch {
	case noun == "key":
		return natureOfKey(before)
	case noun == "secret" && slices.Contains(objectWords, before):
		return noSecret
	case noun == "token" && slices.Contains(countWords, before):
		return noSecret
	case slices.Contains(shortNouns, noun), hasAnySuffix(noun, chosenNouns):
		return chosen
	case slices.Contains(credentials, noun), hasAnySuffix(noun, issuedNouns):
		return issued
	}
	return noSecret
}

func natureOfKey(before string) nature {
	switch {
	case slices.Contains(chosenKeys, before):
		return chosen
	case slices.Contains(issuedKeys, before):
		return issued
	}
	return noSecret
}

// nameWords cuts a name into lower-case words: at anything that is no letter
// or digit, and before the capitals of camelCase and APIKey.
func nameWords(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(clip(name, maxNameLength))
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case startsWord(runes, i):
			end()
		}
		word = append(word, r)
	}
	end()
	return words
}

// maxNameLength is how much of a name is looked at, in bytes.
const maxNameLength = 256

func startsWord(runes []rune, i int) bool {
	if i == 0 || !unicode.IsUpper(runes[i]) {
		return false
	}
	if unicode.IsLower(runes[i-1]) {
		return true
	}
	return unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

func hasAnySuffix(text string, suffixes []string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(text, suffix) })
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// clip is the first n bytes of text at most.
func clip(text string, n int) string {
	if len(text) > n {
		return text[:n]
	}
	return text
}
