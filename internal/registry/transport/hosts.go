package transport

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// hosts is a set of hosts, with or without a port.
type hosts map[string]bool

// parseHosts reads "host" (every port), "host:port", addresses included.
func parseHosts(list []string) (hosts, error) {
	set := hosts{}
	for _, text := range list {
		u, err := url.Parse("//" + text)
		if err != nil || u.Host != text || u.Hostname() == "" || u.User != nil {
			return nil, fmt.Errorf("%q: expected host or host:port", text)
		}
		set[joinHost(u.Hostname(), u.Port())] = true
	}
	return set, nil
}

func (h hosts) has(host, port string) bool {
	return h[joinHost(host, "")] || h[joinHost(host, port)]
}

func joinHost(host, port string) string {
	host = hostname(host)
	if port == "" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// hostname is the one spelling of a host without port.
func hostname(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().String()
	}
	return host
}

// port is that of a URL, also where it is not written.
func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

// sameHost tells whether two URLs lead to one server in one way.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && hostname(a.Hostname()) == hostname(b.Hostname()) && port(a) == port(b)
}
