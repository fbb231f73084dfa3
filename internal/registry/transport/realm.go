package transport

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// pairs are registries whose token service has another domain.
var pairs = map[string]string{
	"index.docker.io":     "auth.docker.io",
	"registry.gitlab.com": "gitlab.com",
}

// rented are domains below which every customer has a host, and which the
// public suffix list does not know as such.
var rented = []string{"azurecr.io", "azurecr.cn", "azurecr.us", "jfrog.io", "amazonaws.com", "amazonaws.com.cn", "pkg.dev", "on.aws", "icr.io", "ocir.io", "cloudsmith.io", "cluster.local"}

// mayShow tells whether the credential of a registry may be shown to a token
// service: where it is the same host, one of the same owner, a known pair, or
// one that the user named. Never in plain HTTP where the registry is asked in
// HTTPS.
func (c *Client) mayShow(registry string, at, realm *url.URL) bool {
	if at.Scheme == "https" && realm.Scheme != "https" {
		return false
	}
	if sameHost(at, realm) || c.realms[pair(registry, realm.Host)] {
		return true
	}
	from, to := hostname(at.Hostname()), hostname(realm.Hostname())
	if port(realm) == "443" && pairs[from] == to && to != "" {
		return true
	}
	return sameOwner(from, to)
}

// sameOwner tells whether two names lie in one registrable domain.
func sameOwner(a, b string) bool {
	if isAddress(a) || isAddress(b) {
		return false
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return false
	}
	other, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && domain == other && !isRented(domain)
}

func isRented(domain string) bool {
	return slices.ContainsFunc(rented, func(r string) bool { return domain == r || strings.HasSuffix(domain, "."+r) })
}
