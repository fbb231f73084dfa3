package transport

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
)

// conceal takes what a request has shown out of what its answer says, since
// that is quoted in errors.
func conceal(body []byte, authorization string, sent []byte) []byte {
	for _, secret := range secrets(authorization, sent) {
		if secret != "" {
			body = bytes.ReplaceAll(body, []byte(secret), []byte("[redacted]"))
		}
	}
	return body
}

func secrets(authorization string, sent []byte) []string {
	scheme, value, _ := strings.Cut(authorization, " ")
	found := []string{value}
	if plain, err := base64.StdEncoding.DecodeString(value); scheme == "Basic" && err == nil {
		_, password, _ := strings.Cut(string(plain), ":")
		found = append(found, string(plain), password)
	}
	if form, err := url.ParseQuery(string(sent)); err == nil {
		found = append(found, form.Get("refresh_token"))
	}
	return found
}
