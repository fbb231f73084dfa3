package transport

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"guard/internal/registry/credential"
)

// Options configure a Client. The zero value speaks HTTPS with public
// addresses, anonymously and without a proxy.
type Options struct {
	Allow       []string          // hosts ("host" or "host:port") that may have loopback and private addresses
	Insecure    []string          // hosts that are spoken to in plain HTTP
	Realms      []string          // "registry=host": token services besides the usual that may see its credential
	Credentials credential.Source // nil is anonymous
	Proxies     Proxies
	Roots       *x509.CertPool // nil is the system's
	Resolver    *net.Resolver  // nil is the system's
	UserAgent   string         // "guard" where empty
	Timeout     time.Duration  // for one call with its retries; 30 s where 0
	Budget      time.Duration  // for all calls, from the first on; unlimited where 0
	Backoff     time.Duration  // before the first retry, doubled each time; 250 ms where 0
}

const (
	defaultTimeout = 30 * time.Second
	defaultBackoff = 250 * time.Millisecond
	headerTimeout  = 10 * time.Second
	idleTimeout    = 30 * time.Second
	maxHeader      = 64 << 10
)

// Client sends requests to registries. It is safe for concurrent use.
type Client struct {
	options     Options
	dialer      *dialer
	insecure    hosts
	realms      map[string]bool
	credentials credential.Source
	trip        http.RoundTripper
	tokens      *tokens
	clock       *clock
}

// clock is when the budget of a client runs out.
type clock struct {
	once  sync.Once
	until time.Time
}

// New checks the options and makes a client.
func New(o Options) (*Client, error) {
	allow, err := parseHosts(o.Allow)
	if err != nil {
		return nil, fmt.Errorf("allowed hosts: %w", err)
	}
	insecure, err := parseHosts(o.Insecure)
	if err != nil {
		return nil, fmt.Errorf("insecure hosts: %w", err)
	}
	realms, err := parseRealms(o.Realms)
	if err != nil {
		return nil, err
	}
	proxies, err := o.Proxies.hosts()
	if err != nil {
		return nil, err
	}
	c := &Client{
		options: o.withDefaults(), insecure: insecure, realms: realms,
		dialer: &dialer{allow: allow, proxies: proxies, resolver: o.Resolver},
		clock:  &clock{},
	}
	if c.dialer.resolver == nil {
		c.dialer.resolver = net.DefaultResolver
	}
	c.trip = c.options.roundTripper(c.dialer)
	return c.As(o.Credentials), nil
}

// Also is the same client with other credentials, and its own where those have
// none for a host.
func (c *Client) Also(credentials credential.Source) *Client {
	return c.As(credential.First(credentials, c.credentials))
}

// As is the same client with other credentials. It shares connections and
// budget, and no token.
func (c *Client) As(credentials credential.Source) *Client {
	other := *c
	other.credentials, other.tokens = credentials, newTokens()
	if credentials == nil {
		other.credentials = credential.First()
	}
	return &other
}

// Run is the same client with its whole budget.
func (c *Client) Run() *Client {
	other := *c
	other.clock = &clock{}
	return &other
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Backoff == 0 {
		o.Backoff = defaultBackoff
	}
	if o.UserAgent == "" {
		o.UserAgent = "guard"
	}
	return o
}

func (o Options) roundTripper(d *dialer) http.RoundTripper {
	return &http.Transport{
		Proxy:                  d.proxy(o.Proxies.choose()),
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		ExpectContinueTimeout:  time.Second,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    8,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

func parseRealms(list []string) (map[string]bool, error) {
	pairs := map[string]bool{}
	for _, text := range list {
		registry, realm, found := strings.Cut(text, "=")
		both, err := parseHosts([]string{registry, realm})
		if !found || err != nil || len(both) == 0 {
			return nil, fmt.Errorf("token services: %q: expected registry=host", text)
		}
		pairs[pair(registry, realm)] = true
	}
	return pairs, nil
}

func pair(registry, realm string) string {
	return strings.ToLower(registry) + "=" + strings.ToLower(realm)
}

// Timeout is the time that one call may take.
func (c *Client) Timeout() time.Duration { return c.options.Timeout }
