package report

import (
	"net/url"
	"strings"
)

// WebLink returns an address in the form in which a page may link to it; false
// where it leads to no page of the web, so that it is text and no link.
func WebLink(address string) (string, bool) { return webLink(Clean(address)) }

// webLink returns the address in its escaped form if it leads to a page of the
// web. Everything else, javascript: above all, is no link.
func webLink(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return u.String(), true
}
