package imageref

import (
	"fmt"
	"strings"
)

// Limits of a reference, in bytes. maxRaw is guard's own; the others are those
// of github.com/distribution/reference and of DNS.
const (
	maxRaw        = 4096
	maxTag        = 128
	maxRepository = 255
	maxHost       = 253
	maxPort       = "65535"
)

// badTag says what is wrong with a tag; "" where nothing is.
func badTag(tag string) string {
	switch {
	case tag == "":
		return `nothing follows its ":"; a tag is expected`
	case len(tag) > maxTag:
		return fmt.Sprintf("its tag is %d characters long; at most %d are allowed", len(tag), maxTag)
	case tag[0] == '.' || tag[0] == '-':
		return fmt.Sprintf("its tag begins with %q; a letter, digit or underscore is expected", tag[0])
	}
	for i := 0; i < len(tag); i++ {
		if !isTagByte(tag[i]) {
			return fmt.Sprintf("its tag holds %q; only letters, digits, underscore, dot and dash are allowed", tag[i])
		}
	}
	return ""
}

// badRepository says what is wrong with a repository's path; "" where nothing
// is.
func badRepository(path string) string {
	if len(path) > maxRepository {
		return fmt.Sprintf("its repository is %d characters long; at most %d are allowed", len(path), maxRepository)
	}
	for part := range strings.SplitSeq(path, "/") {
		if problem := badComponent(part); problem != "" {
			return problem
		}
	}
	return ""
}

// badComponent says what is wrong with one part between slashes: runs of
// lower-case letters and digits, parted by one dot, one or two underscores or
// any number of dashes.
func badComponent(part string) string {
	if part == "" {
		return "its repository has an empty part; two slashes meet, or one stands at an end"
	}
	for i := 0; i < len(part); i++ {
		if c := part[i]; isLower(c) || isDigit(c) {
			continue
		} else if !isSeparator(c) {
			return badByte(part, c)
		}
		if i == 0 || i == len(part)-1 {
			return fmt.Sprintf("its repository has %q at an end of %q; a letter or digit is expected", part[i], shorten(part))
		}
		if !separates(part, i) {
			return fmt.Sprintf("its repository has separators in %q that may not follow each other", shorten(part))
		}
	}
	return ""
}

func badByte(part string, c byte) string {
	if isUpper(c) {
		return fmt.Sprintf("its repository has upper-case letters in %q; only lower case is allowed", shorten(part))
	}
	return fmt.Sprintf("its repository holds %q; only lower-case letters, digits, dot, underscore and dash are allowed", c)
}

// separates tells whether the separator at part[i] may follow what stands
// before it.
func separates(part string, i int) bool {
	switch c, before := part[i], part[i-1]; {
	case !isSeparator(before):
		return true
	case c != before || c == '.':
		return false
	default:
		return c == '-' || !isSeparator(part[i-2])
	}
}

// badHost says what is wrong with a registry's host and port; "" where
// nothing is.
func badHost(registry string) string {
	host, port := cutPort(registry)
	switch {
	case !isDigits(port) || len(port) > len(maxPort) || len(port) == len(maxPort) && port > maxPort:
		return fmt.Sprintf("its registry %q has no port number behind the colon; host:port is expected", shorten(registry))
	case len(host) > maxHost:
		return fmt.Sprintf("its registry's host is %d characters long; at most %d are allowed", len(host), maxHost)
	case strings.HasPrefix(host, "["):
		return badIPv6(host)
	case strings.IndexByte(host, ':') >= 0:
		return fmt.Sprintf("its registry %q has more than one colon; an IPv6 address stands in brackets", shorten(registry))
	default:
		return badDomain(host)
	}
}

// cutPort parts the port from the host; port is "0" where none is written.
func cutPort(registry string) (host, port string) {
	i := strings.LastIndexByte(registry, ':')
	if i < 0 || strings.HasSuffix(registry, "]") {
		return registry, "0"
	}
	return registry[:i], registry[i+1:]
}

func badIPv6(host string) string {
	inside, closed := strings.CutSuffix(host[1:], "]")
	if !closed || inside == "" || strings.Trim(inside, "0123456789abcdefABCDEF:") != "" {
		return fmt.Sprintf("its registry %q is not an IPv6 address in brackets", shorten(host))
	}
	return ""
}

func badDomain(host string) string {
	for label := range strings.SplitSeq(host, ".") {
		if !isLabel(label) {
			return fmt.Sprintf("its registry %q is not a host name", shorten(host))
		}
	}
	return ""
}

// isLabel tells whether s is one part of a host name.
func isLabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}
