package sign

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxToken bounds an identity token, in bytes.
const maxToken = 64 << 10

// Token is an OpenID Connect identity token. However it is printed, nothing of
// it is.
type Token struct{ held *string }

// Format prints a word instead of the token, for every verb.
func (t Token) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "(identity token)") }

// ParseToken reads an identity token as it is written in files and variables: a
// JWT that has not expired. Whether its issuer has made it is for the
// certificate authority to say. No error holds anything of it.
func ParseToken(data []byte, now time.Time) (Token, error) {
	text := string(bytes.TrimSpace(data))
	parts := strings.Split(text, ".")
	if len(text) > maxToken || len(parts) != 3 {
		return Token{}, errors.New("it is no identity token: a JWT is expected, three parts with dots between them")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Token{}, errors.New("it is no identity token: its second part is not in base64url")
	}
	var held struct {
		Issuer  string  `json:"iss"`
		Subject string  `json:"sub"`
		Expires float64 `json:"exp"`
	}
	if err := json.Unmarshal(claims, &held); err != nil || held.Issuer == "" || held.Subject == "" {
		return Token{}, errors.New("it is no identity token: it names no issuer and subject")
	}
	if expires := time.Unix(int64(held.Expires), 0); !expires.After(now) {
		return Token{}, fmt.Errorf("the identity token has expired at %s", expires.UTC().Format(time.RFC3339))
	}
	return Token{&text}, nil
}

// Reveal gives the token itself, to be shown to the certificate authority; ""
// where there is none.
func (t Token) Reveal() string {
	if t.held == nil {
		return ""
	}
	return *t.held
}
