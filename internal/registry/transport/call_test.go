package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

// A service is shown what the call says, and never a credential of a registry
// or the way to another host.
func TestCallShowsNothingElse(t *testing.T) {
	network := registrytest.NewNetwork(t)
	var shown []string
	port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown = append(shown, r.URL.Path+" "+r.Header.Get("Authorization"))
		switch r.URL.Path {
		case "/challenge":
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"message": "%s is not enough"}`, r.Header.Get("Authorization"))
		case "/redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "/conflict":
			w.WriteHeader(http.StatusConflict)
		}
	}))
	host := "127.0.0.1:" + port
	o := options(network)
	o.Allow, o.Credentials = []string{"127.0.0.1"}, only(host)
	c := newClient(t, o)
	call := func(path string, accept int) (*transport.Response, error) {
		return c.Call(context.Background(), transport.Call{URL: "https://" + host + path, Authorization: "Bearer canary", Limit: 1 << 10, Accept: accept})
	}
	if _, err := call("/challenge", 0); !errors.Is(err, transport.ErrUnauthorized) || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "is not enough") {
		t.Errorf("a challenge: %v", err)
	}
	if _, err := call("/redirect", 0); !errors.Is(err, transport.ErrRefused) {
		t.Errorf("a redirect: %v", err)
	}
	if _, err := call("/conflict", 0); !errors.Is(err, transport.ErrInvalid) {
		t.Errorf("a conflict: %v", err)
	}
	if r, err := call("/conflict", http.StatusConflict); err != nil || r.Status != http.StatusConflict {
		t.Errorf("an accepted conflict: %v", err)
	}
	want := "/challenge Bearer canary,/redirect Bearer canary,/conflict Bearer canary,/conflict Bearer canary"
	if got := strings.Join(shown, ","); got != want {
		t.Errorf("shown was %s, want %s", got, want)
	}
	for _, address := range []string{"", "x", "https://", "ftp://" + host, "https://user:canary@" + host, "https://user:canary@a b", "http://" + host, "https://10.0.0.1/"} {
		if _, err := c.Call(context.Background(), transport.Call{URL: address}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
