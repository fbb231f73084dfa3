package forge

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Options say what to read, and with which rights.
type Options struct {
	API          string           // address of the API; "" is that of github.com or gitlab.com
	Repository   string           // owner/name; on GitLab with all its groups
	Token        string           // "" reads what everybody may see
	Environments []string         // only these; none means all
	Now          func() time.Time // nil is time.Now
	Limits       Limits
}

// Limits bound how long reading takes. Zero is the default.
type Limits struct {
	Request time.Duration // one request with its answer; 15 s
	Total   time.Duration // everything; 90 s
}

const (
	defaultRequest = 15 * time.Second
	defaultTotal   = 90 * time.Second
)

func (l Limits) orDefault() Limits {
	if l.Request <= 0 {
		l.Request = defaultRequest
	}
	if l.Total <= 0 {
		l.Total = defaultTotal
	}
	return l
}

var (
	gitHubName = regexp.MustCompile(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)
	gitLabName = regexp.MustCompile(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$`)
)

// checkRepository refuses a name that no repository has, so that a path never
// becomes another one.
func checkRepository(name string, valid *regexp.Regexp, want string) error {
	if !valid.MatchString(name) || len(name) > 1000 {
		return fmt.Errorf("repository %q: expected %s", name, want)
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.Trim(part, ".") == "" {
			return fmt.Errorf("repository %q: %q is no name", name, part)
		}
	}
	return nil
}

// maxNamed is how many environments may be asked for by name.
const maxNamed = 100

func checkEnvironments(names []string) error {
	if len(names) > maxNamed {
		return fmt.Errorf("%d environments are named, expected at most %d", len(names), maxNamed)
	}
	for _, name := range names {
		if name == "" || len(name) > 255 {
			return fmt.Errorf("environment %q: expected a name of 1 to 255 bytes", name)
		}
	}
	return nil
}

// checkToken returns the token without blanks around it. It never shows it.
func checkToken(token string) (string, error) {
	token = strings.TrimSpace(token)
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return "", errors.New("the token holds a blank or a character that no token has")
		}
	}
	return token, nil
}

// checkAPI parses the address of an API. A token goes out encrypted, or
// nowhere but to this machine.
func checkAPI(address string, withToken bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return nil, errors.New("the address of the API: expected https://host/path")
	case u.User != nil:
		return nil, errors.New("the address of the API holds a user; the token has its own place")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the address of the API, %s: expected neither ? nor #", u.Redacted())
	case u.Scheme == "https", u.Scheme == "http" && (!withToken || isLoopback(u.Hostname())):
		return u, nil
	case u.Scheme == "http":
		return nil, fmt.Errorf("the address of the API, %s: the token would go there unencrypted; use https", u)
	}
	return nil, fmt.Errorf("the address of the API, %s: expected https", u)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
