package registry

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strings"
)

// algorithms are those of digests, by name.
var algorithms = map[string]struct {
	digits int
	sum    func([]byte) []byte
}{
	"sha256": {64, func(data []byte) []byte { sum := sha256.Sum256(data); return sum[:] }},
	"sha384": {96, func(data []byte) []byte { sum := sha512.Sum384(data); return sum[:] }},
	"sha512": {128, func(data []byte) []byte { sum := sha512.Sum512(data); return sum[:] }},
}

// digestOf is the digest that guard gives to bytes.
func digestOf(data []byte) string { return digestBy("sha256", data) }

func digestBy(algorithm string, data []byte) string {
	return algorithm + ":" + hex.EncodeToString(algorithms[algorithm].sum(data))
}

// isDigest tells whether text is a well-formed digest of a known algorithm.
func isDigest(text string) bool {
	algorithm, digits, _ := strings.Cut(text, ":")
	known, ok := algorithms[algorithm]
	return ok && len(digits) == known.digits && strings.Trim(digits, "0123456789abcdef") == ""
}

// checkDigest compares bytes with a digest.
func checkDigest(digest string, data []byte) error {
	if !isDigest(digest) {
		return fmt.Errorf("%q is no digest", shorten(digest))
	}
	algorithm, _, _ := strings.Cut(digest, ":")
	if got := digestBy(algorithm, data); got != digest {
		return fmt.Errorf("the bytes have the digest %s, not %s", got, digest)
	}
	return nil
}

// isTag tells whether text is a tag.
func isTag(text string) bool {
	return text != "" && len(text) <= 128 && text[0] != '.' && text[0] != '-' &&
		strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}
