package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Proxies says which proxies to use, in the form of the environment variables
// of that name. The zero value is none.
type Proxies struct {
	HTTP, HTTPS string // "http://proxy.example.com:3128"
	No          string // "localhost,10.0.0.0/8,.example.com"
}

// ProxiesFromEnvironment reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or their
// lower-case forms.
func ProxiesFromEnvironment(lookup func(string) (string, bool)) Proxies {
	first := func(names ...string) string {
		for _, name := range names {
			if value, _ := lookup(name); value != "" {
				return value
			}
		}
		return ""
	}
	return Proxies{
		HTTP:  first("HTTP_PROXY", "http_proxy"),
		HTTPS: first("HTTPS_PROXY", "https_proxy"),
		No:    first("NO_PROXY", "no_proxy"),
	}
}

// hosts are the proxies themselves.
func (p Proxies) hosts() (hosts, error) {
	set := hosts{}
	for _, text := range []string{p.HTTP, p.HTTPS} {
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			if u, err = url.Parse("http://" + text); err != nil || u.Hostname() == "" {
				return nil, fmt.Errorf("a proxy of the environment: expected a URL")
			}
		}
		set[joinHost(u.Hostname(), proxyPort(u))] = true
	}
	return set, nil
}

func proxyPort(u *url.URL) string {
	if u.Port() == "" && (u.Scheme == "socks5" || u.Scheme == "socks5h") {
		return "1080"
	}
	return port(u)
}

// lookupTimeout bounds the look-up of a name that a proxy will look up too.
const lookupTimeout = 2 * time.Second

// proxy is the proxy for a request. The addresses of the target are judged as
// far as they are known here: in a network that has a way out through a proxy
// only, names outside of it often cannot be looked up, and the proxy decides.
func (d *dialer) proxy(choose func(*url.URL) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r.URL)
		if err != nil || proxy == nil {
			return nil, err
		}
		return proxy, d.judgeTarget(r.Context(), r.URL)
	}
}

func (d *dialer) judgeTarget(ctx context.Context, target *url.URL) error {
	for _, address := range d.lookup(ctx, target.Hostname()) {
		if err := d.judge(target.Hostname(), port(target), address); err != nil {
			return err
		}
	}
	return nil
}

// lookup gives the addresses of a host, none where they cannot be known here.
func (d *dialer) lookup(ctx context.Context, host string) []netip.Addr {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	addresses, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	return addresses
}

func (p Proxies) choose() func(*url.URL) (*url.URL, error) {
	config := httpproxy.Config{HTTPProxy: p.HTTP, HTTPSProxy: p.HTTPS, NoProxy: p.No}
	return config.ProxyFunc()
}
