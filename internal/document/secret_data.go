package document

import (
	"slices"
	"strings"

	"guard/internal/tree"
)

// holdsNothing tells whether a value of a Kubernetes Secret gives nothing
// away under this key: what the key names is public; the value says where the
// secret is, is encrypted or hashed, or marks the place where one belongs; it
// is a configuration without a secret in it; it is one that tests use, in what
// is named as a test; or it is reported already, as a secret of a known format.
func (l *loader) holdsNothing(key, value string) bool {
	if strings.Contains(value, "\n") || natureOf(key) == noSecret && iniLine().MatchString(value) {
		return l.textHoldsNothing(value)
	}
	if _, _, found := connectionPassword(value); found {
		return false
	}
	if isPublicKey(key) || isSetting(value) || isElsewhere(value) || isFillIn(value) || hasAnyPrefix(value, hashPrefixes) {
		return true
	}
	return natureOf(key) == noSecret && anyURL().MatchString(value) || l.isReported(key, value)
}

func (l *loader) isReported(key, value string) bool {
	if l.named++; l.full() {
		return true
	}
	s := Secret{Name: key, Value: value, Place: "data"}
	s.Throwaway = l.throwaway(s)
	l.recognise(&s)
	return s.Throwaway || s.Pattern != ""
}

// Last words of keys whose values are public.
var publicWords = []string{
	"username", "user", "login", "email", "mail", "host", "hostname", "address", "addresses", "endpoint", "port", "url", "uri", "domain",
	"database", "db", "dbname", "schema", "region", "bucket", "namespace", "type", "name", "project", "server", "insecure", "owner", "org", "id",
	"pub", "crt", "cert", "certificate", "cer", "hosts", "issuer", "audience", "path", "file", "mtime", "version", "enabled", "ttl",
}

// isPublicKey: username, ca.pem, known_hosts.
func isPublicKey(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && natureOf(name) == noSecret && (words[0] == "ca" || slices.Contains(publicWords, words[len(words)-1]))
}

// pairLine is a line of a configuration: key: value, key = value, "key": value;
// a key alone, too.
var pairLine = lazily(`^[\s#;-]*["']?([A-Za-z][\w.-]{0,128})["']?[ \t]*[:=][ \t]*(.{0,1000}?),?[ \t\r]*$`)

// iniLine is a value that is one line of a configuration, and cannot be
// base64: ENABLED=false.
var iniLine = lazily(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*=[^=\s]+$`)

// maxPairLines is how many lines of one value are looked at.
const maxPairLines = 2000

// textHoldsNothing judges a file in a Secret: by the key or by the
// configuration that it is.
func (l *loader) textHoldsNothing(text string) bool {
	if strings.Contains(text, "-----BEGIN") {
		return !strings.Contains(text, "PRIVATE KEY") || !isKey(text) || l.isReported("", text)
	}
	lines := strings.SplitN(text, "\n", maxPairLines+1)
	if len(lines) > maxPairLines {
		return false
	}
	keys := 0
	for _, line := range lines {
		m := pairLine().FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if keys++; l.pairHolds(m[1], m[2]) {
			return false
		}
	}
	return keys*3 >= len(lines) || isPublicText(text)
}

// isPublicText: the keys of hosts and users, as SSH keeps them.
func isPublicText(text string) bool {
	return strings.Contains(text, "ssh-rsa AAAA") || strings.Contains(text, "ssh-ed25519 AAAA") || strings.Contains(text, "ecdsa-sha2-")
}

// pairHolds: "auth" is what a registry's credentials stand under.
func (l *loader) pairHolds(name, value string) bool {
	if name == "auth" && looksIssued(strings.Trim(value, `"'`)) {
		return true
	}
	_, held := l.namedSecret(name, &tree.Node{Kind: tree.String, Text: value}, nil, "", "data")
	return held
}
