package report

import (
	"crypto/sha256"
	"encoding/base64"
)

// Stylesheet is how all of guard's pages look, as CSS for the style element of a
// page. It has light and dark colours and those for print.
func Stylesheet() string { return htmlStyle }

// ContentPolicy is the Content-Security-Policy of a page that loads nothing, and
// in which nothing holds but this style and this script, both inline. The script
// "" is none.
func ContentPolicy(style, script string) string {
	policy := "default-src 'none'; style-src " + sourceHash(style)
	if script != "" {
		policy += "; script-src " + sourceHash(script)
	}
	return policy + "; base-uri 'none'; form-action 'none'"
}

// sourceHash allows an inline script or style by its content.
func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
