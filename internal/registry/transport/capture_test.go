package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/credential"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

// Hosts by which a listener on this machine, or an address that no registry
// has, could be reached.
var forbidden = []string{
	"127.0.0.1", "127.0.0.2", "127.255.255.254", "localhost", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
	"2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.1", "127.1", "localhost.",
	"loop.test", "loop6.test", "mapped.test", "zero.test", "rebound.test", "both.test",
	"169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "100.100.100.200",
	"168.63.129.16", "224.0.0.1", "255.255.255.255", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "metadata.test", "private.test",
}

// The ways by which a hostile registry can send guard there. Each answers
// the request with what leads to the URL.
var ways = map[string]func(w http.ResponseWriter, r *http.Request, url string){
	"a redirect of a manifest": func(w http.ResponseWriter, _ *http.Request, url string) {
		w.Header().Set("Location", url)
		w.WriteHeader(http.StatusTemporaryRedirect)
	},
	"a second redirect": func(w http.ResponseWriter, r *http.Request, url string) {
		location := "/v2/again"
		if r.URL.Path == location {
			location = url
		}
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	},
	"a token service": func(w http.ResponseWriter, _ *http.Request, url string) {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="%s",service="x"`, url))
		w.WriteHeader(http.StatusUnauthorized)
	},
	"a redirect of the token service": func(w http.ResponseWriter, r *http.Request, url string) {
		if r.URL.Path == "/token" {
			w.Header().Set("Location", url)
			w.WriteHeader(http.StatusFound)
			return
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="https://%s/token",service="x"`, r.Host))
		w.WriteHeader(http.StatusUnauthorized)
	},
	"a redirect of an authorised request": func(w http.ResponseWriter, r *http.Request, url string) {
		switch {
		case r.URL.Path == "/token":
			fmt.Fprint(w, `{"token":"t"}`)
		case r.Header.Get("Authorization") == "":
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="https://%s/token",service="x"`, r.Host))
			w.WriteHeader(http.StatusUnauthorized)
		default:
			w.Header().Set("Location", url)
			w.WriteHeader(http.StatusFound)
		}
	},
}

// names leads the names of this test where the attack wants them.
func names(n *registrytest.Network) {
	n.Name("evil.test", "127.0.0.1")
	n.Name("loop.test", "127.0.0.1")
	n.Name("loop6.test", "::1")
	n.Name("mapped.test", "::ffff:127.0.0.1")
	n.Name("zero.test", "0.0.0.0")
	n.Name("both.test", "127.0.0.1", "::1")
	n.Name("metadata.test", "169.254.169.254")
	n.Name("private.test", "10.1.2.3", "192.168.1.1")
	n.Rebind("rebound.test", []string{"192.0.2.1"}, []string{"127.0.0.1"})
}

// RELIABILITY 26: no packet reaches a refused address, whoever names it.
func TestNoPacketReachesARefusedAddress(t *testing.T) {
	network, capture := registrytest.NewNetwork(t), registrytest.NewCapture(t)
	names(network)
	vectors := 0
	for _, host := range forbidden {
		for _, scheme := range []string{"https", "http"} {
			url := fmt.Sprintf("%s://%s:%s/", scheme, host, capture.Port)
			for way, answer := range ways {
				port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r, url) }))
				expectRefused(t, way+" to "+url, client(t, network, "evil.test"), "evil.test:"+port)
				vectors++
			}
		}
		expectRefused(t, "a reference to "+host, client(t, network), host+":"+capture.Port)
		expectRefused(t, "an insecure reference to "+host, client(t, network, "-insecure", host+":"+capture.Port), host+":"+capture.Port)
		vectors += 2
	}
	if got := capture.Connections(); got != 0 {
		t.Errorf("%d connections to refused addresses, want none", got)
	}
	if vectors < 60 {
		t.Errorf("%d vectors, want 60", vectors)
	}
	t.Logf("%d vectors", vectors)
}

// The capture server is reached where it is allowed, so the test above can
// fail.
func TestCaptureServerIsReachedWhereItIsAllowed(t *testing.T) {
	network, capture := registrytest.NewNetwork(t), registrytest.NewCapture(t)
	get(client(t, network, "127.0.0.1"), "127.0.0.1:"+capture.Port)
	if capture.Connections() == 0 {
		t.Error("nobody came to an allowed address")
	}
}

// expectRefused asks a registry and expects guard's policy to end it. What
// cannot be looked up or parsed as a host never gets as far.
func expectRefused(t *testing.T, what string, c *transport.Client, host string) {
	t.Helper()
	began := time.Now()
	_, err := get(c, host)
	switch {
	case err == nil:
		t.Errorf("%s: no error", what)
	case errors.Is(err, transport.ErrRefused), errors.Is(err, transport.ErrInvalid):
	case errors.Is(err, transport.ErrUnauthorized) && strings.Contains(what, "redirect of the token service"):
	case strings.Contains(err.Error(), "no such host"), strings.Contains(err.Error(), "network is unreachable"):
	default:
		t.Errorf("%s: %v, want it refused", what, err)
	}
	if spent := time.Since(began); spent > 20*time.Second {
		t.Errorf("%s: took %s", what, spent)
	}
}

// client makes a client that may go to the allowed hosts; after "-insecure"
// to those in plain HTTP.
func client(t testing.TB, n *registrytest.Network, allow ...string) *transport.Client {
	t.Helper()
	o := options(n)
	for i, host := range allow {
		if host == "-insecure" {
			o.Insecure = allow[i+1:]
			break
		}
		o.Allow = append(o.Allow, host)
	}
	return newClient(t, o)
}

func options(n *registrytest.Network) transport.Options {
	return transport.Options{Roots: n.Roots(), Resolver: n.Resolver(), Timeout: 5 * time.Second, Backoff: time.Millisecond}
}

func newClient(t testing.TB, o transport.Options) *transport.Client {
	t.Helper()
	c, err := transport.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func get(c *transport.Client, host string) (*transport.Response, error) {
	return c.Do(context.Background(), transport.Request{Host: host, Repository: "acme/app", Path: "/v2/acme/app/manifests/1", Limit: 1 << 20})
}

// secret is a credential that is looked for wherever it must not be.
const secret = "hunter2-canary"

func only(host string) credential.Source {
	return func(_ context.Context, asked, _ string) (credential.Credential, error) {
		if asked != host {
			return credential.Credential{}, nil
		}
		return credential.Credential{Username: "user", Password: secret}, nil
	}
}
