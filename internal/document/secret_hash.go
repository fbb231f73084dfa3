package document

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
)

const hashRounds = 512

// SecretHash is five hexadecimal digits that stand for a secret in a
// fingerprint. Another secret under the same salt (the name of the file, say)
// almost surely has other digits, so a swapped secret shows. They are too few
// to find the secret by: of a million guesses one fits by chance, so a list of
// words tried against a published fingerprint yields as many wrong answers as
// right ones, and each try costs 512 rounds of PBKDF2 with SHA-256.
func SecretHash(salt, value string) string {
	key, err := pbkdf2.Key(sha256.New, value, []byte("guard secret\x00"+salt), hashRounds, 3)
	if err != nil {
		panic("document: " + err.Error()) // only a wrong key length brings one
	}
	return hex.EncodeToString(key)[:5]
}
