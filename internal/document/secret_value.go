package document

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words that are an answer to a question and never a secret.
var settingWords = []string{
	"true", "false", "yes", "no", "on", "off", "y", "n", "none", "null", "nil", "undefined", "n/a", "na", "empty",
	"enabled", "disabled", "enable", "disable", "required", "optional", "auto", "automatic", "default", "generated",
	"read", "write", "inherit", "always", "never", "bearer", "basic", "jwt", "oauth", "oauth2", "opaque", "unset",
}

// Weak values that work as a secret, and that tests and local set-ups use.
var throwawayWords = []string{
	"test", "testing", "tests", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "redis", "rabbitmq", "guest",
	"password", "passwd", "pass", "pwd", "secret", "token", "key", "root", "mypassword", "mysecret", "supersecret", "admin", "administrator", "user", "username", "changeme", "change_me", "change-me",
	"changeit", "letmein", "qwerty", "toor", "hello", "demo", "dev", "development", "local", "localhost", "ci", "docker", "minio", "minioadmin",
	"elastic", "rails", "django", "laravel", "sail", "app", "example", "sample", "foo", "bar", "baz", "foobar", "abc", "dummy", "fake", "mock",
	"sa", "db", "database", "wordpress", "keycloak", "grafana", "airflow", "superset", "temporal", "hunter2", "notsecret", "insecure", "not-secure",
}

var (
	referencePrefixes = []string{
		"vault:", "vault://", "ref+", "op://", "ssm:", "ssm://", "awssm://", "arn:", "sm://", "gcpsm://", "gcp-sm://", "secret://", "secrets://",
		"secretref://", "secretref:", "secretsmanager:", "keyvault:", "keyvault://", "akv", "azkv://", "env:", "env://", "file:", "projects/", "k8s:", "k8s://", "@microsoft.keyvault(",
		"bao:", "infisical://", "doppler://", ">>vault:", "sops:", "passbolt:", "keychain:", "conjur:", "delinea:",
	}
	encryptedPrefixes = []string{"enc[", "enc(", "$ansible_vault;", "{cipher}", "-----begin pgp message-----", "-----begin age encrypted file-----", "secure:", "aqicah"}
	hashPrefixes      = []string{"$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "$y$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt$", "{sha}", "{ssha}", "{bcrypt}", "{pbkdf2", "pbkdf2_sha", "pbkdf2:sha", "scrypt:", "scram-sha-256$", "sha256:", "sha512:", "*2470c0c0"}

	templateMarks = lazily(`\$\{|\$\(|\$\[|\{\{|\}\}|\{%|<%|\[\[|\(\(|#\{|@\{|\$\{\{|%\(\w+\)s|^%\w+%$|^@\w+@$|^__\w+__$|^\$[A-Za-z_]\w*$|(?:^|[ :=/@])\$[A-Z_][A-Z0-9_]*\b|^\$env:|^process\.env|^os\.(?:environ|getenv)`)
	fillIn        = lazily(`(?i)^<.*>$|^\*{2,}.*\*{2,}$|^\[.*\]$|^\.{3}.*\.{3}$|^\.{3,}$|<[a-z][\w .-]*>|your[-_. ]?(?:own[-_. ])?(?:[a-z0-9]+[-_. ]?)*(?:password|passwd|secret|token|key|pass|here|value)|\b(?:your|my_own)[-_]|^your|replace[-_ ]?(?:me|this|with|it)|^replace|place[-_ ]?holder|to[-_ ]?be[-_ ](?:replaced|set|filled|changed)|^to-?do\b|^tbd$|^fix-?me$|insert[-_ ]|^enter[-_ ]|^fill[-_ ]?|^put[-_ ]|^add[-_ ](?:your|a)|^set[-_ ](?:me|this|your|by|via|in)|redacted|masked|\bomitted\b|^(?:overridden|overwritten|override|overwrite)|^dummy|^example|[-_.]example$|^sample|not[-_ ]?(?:an?[-_ ])?(?:real|secret|password|token|key|used|needed|set|important|sensitive)\b|^fake|^mock|^stub|^some[-_](?:secret|token|key|password|value)|^see[-_ ]|^from[-_ ]|^(?:a|the)[-_ ](?:secret|password|token|key)\b|…`)
	changeWords   = lazily(`(?i)change[-_ ]?(?:me|it|this|in[-_ ]prod)|^change|please[-_ ]change`)
	objectName    = lazily(`^[a-z][a-z]*(?:-[a-z0-9]+)+$`)
	urlPassword   = lazily(`[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/:@'"<>?#]{0,256}:([^\s/@'"<>]{1,512})@[^\s/@'"<>]`)
	pairPassword  = lazily(`(?i)(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*([^;]{1,512})`)
	plainPath     = lazily(`^(?:[~.]{0,2}/|[A-Za-z]:\\)[\w .@%+,\\/-]*$|^[\w.-]+(?:/[\w.-]+)+\.\w{1,5}$|^[\w.-]+\.(?:pem|key|crt|json|ya?ml|txt|p12|jks|pub|conf|env)$`)
	anyURL        = lazily(`^[a-zA-Z][a-zA-Z0-9+.-]{0,30}://`)
	variableName  = lazily(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
)

// maxValueLength is how much of a value is looked at, in bytes.
const maxValueLength = 64 << 10

// isReference tells whether a value says where the secret is, or is an
// encrypted or hashed form, and so no literal.
func isReference(value string) bool {
	return isElsewhere(value) || hasAnyPrefix(value, hashPrefixes) ||
		templateMarks().MatchString(value) || plainPath().MatchString(value) || anyURL().MatchString(value)
}

// isElsewhere tells whether a value names a place in a secret store, or is
// encrypted.
func isElsewhere(value string) bool {
	return hasAnyPrefix(value, referencePrefixes) || hasAnyPrefix(value, encryptedPrefixes)
}

// hasAnyPrefix compares without regard to case; the prefixes are lower case.
func hasAnyPrefix(value string, prefixes []string) bool {
	lower := strings.ToLower(clip(value, 64))
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(lower, prefix) })
}

// isFillIn tells whether a value only marks the place where one belongs.
func isFillIn(value string) bool {
	return isOneCharacter(value) || fillIn().MatchString(value) || variableName().MatchString(value)
}

// isOneCharacter: xxxx, ****, 0000; also in groups: xxxx-xxxx.
func isOneCharacter(value string) bool {
	first, _ := utf8.DecodeRuneInString(value)
	return strings.Trim(value, string(first)+"-_ ") == ""
}

func isSetting(value string) bool {
	return slices.Contains(settingWords, strings.ToLower(value))
}

// canBe tells whether a value can be a secret of this nature.
func (n nature) canBe(value string) bool {
	switch n {
	case chosen:
		return !isDigits(value) || len(value) >= 3
	case issued:
		return looksIssued(value)
	}
	return false
}

// looksIssued tells whether a machine may have made the value: eight
// characters or more with a digit or both cases in it, in one word.
func looksIssued(value string) bool {
	if len(value) < 8 || isDigits(value) && len(value) < 10 || changeWords().MatchString(value) {
		return false
	}
	if strings.HasPrefix(value, "-----BEGIN") || strings.HasPrefix(value, "{") {
		return true
	}
	if strings.ContainsAny(value, " \t\n") {
		return false
	}
	digit := strings.ContainsAny(value, "0123456789")
	upper := strings.IndexFunc(value, unicode.IsUpper) >= 0
	lower := strings.IndexFunc(value, unicode.IsLower) >= 0
	return (digit || upper && lower) && entropy(value) >= 2.5
}

// isThrowaway tells whether a value is one that tests and local set-ups use.
func isThrowaway(value string) bool {
	lower := strings.ToLower(value)
	if isJoined(strings.TrimRight(lower, "0123456789!")) || changeWords().MatchString(value) || isStock(lower) {
		return true
	}
	parts := strings.FieldsFunc(lower, func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '.' })
	return isDigits(lower) || len(parts) > 1 && slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(throwawayWords, part) })
}

// stock are parts that people type where any value will do.
var stock = []string{"1234567890", "0123456789", "abcdef123456", "correct horse battery staple", "correct-horse-battery-staple"}

func isStock(lower string) bool {
	return slices.ContainsFunc(stock, func(part string) bool { return strings.Contains(lower, part) })
}

// isJoined tells whether a text is nothing but throw-away words in a row:
// test, localtestpass.
func isJoined(text string) bool {
	if len(text) > maxJoined {
		return false
	}
	reached := [maxJoined + 1]bool{0: true}
	for end := 1; end <= len(text); end++ {
		reached[end] = slices.ContainsFunc(throwawayWords, func(word string) bool {
			return strings.HasSuffix(text[:end], word) && reached[end-len(word)]
		})
	}
	return text != "" && reached[len(text)]
}

// maxJoined is how long words in a row may be, in bytes.
const maxJoined = 48

// isWord tells whether a value is made of plain words and numbers, as people
// write them, and not of random characters.
func isWord(value string) bool {
	return len(value) < 16 || entropy(value) < 3.3
}

// entropy is Shannon's, in bits for each byte of the text.
func entropy(text string) float64 {
	if text == "" {
		return 0
	}
	counts := map[rune]int{}
	for _, r := range text {
		counts[r]++
	}
	var bits float64
	for _, n := range counts {
		share := float64(n) / float64(len(text))
		bits -= share * math.Log2(share)
	}
	return bits
}
