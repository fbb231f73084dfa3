package report

import (
	"net/url"
	"strings"
)

// webLink returns the address in its escaped form if it leads to a page of the
// web. Everything else, javascript: above all, is no link.
func webLink(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return u.String(), true
}
