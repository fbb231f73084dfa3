package transport_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"guard/internal/registry/credential"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

// witness is a server that writes down every request it gets, and looks for
// the secret in all of it.
type witness struct {
	mu     sync.Mutex
	seen   []string // hosts that were shown the secret
	others int      // requests without it
	answer http.HandlerFunc
}

func (s *witness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	s.mu.Lock()
	if carries(r, string(body)) {
		s.seen = append(s.seen, r.Host)
	} else {
		s.others++
	}
	s.mu.Unlock()
	if s.answer != nil {
		s.answer(w, r)
	}
}

func (s *witness) shown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// carries tells whether a request shows the secret, or a token got with it.
func carries(r *http.Request, body string) bool {
	_, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	plain, _ := base64.StdEncoding.DecodeString(value)
	for _, text := range []string{value, string(plain), r.URL.String(), body, fmt.Sprint(r.Header)} {
		if strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// bearer challenges with a realm.
func bearer(w http.ResponseWriter, realm string) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="%s",service="registry",scope="repository:victim/app:pull,push"`, realm))
	w.WriteHeader(http.StatusUnauthorized)
}

// RELIABILITY 28: the credential of one registry is shown to no other host.
// In each row "home.example.test" is a hostile registry that has a credential
// and sends guard to the witness by the name in the row.
func TestCredentialIsShownToNoOtherHost(t *testing.T) {
	others := []string{
		"other.test", "home.example.test.evil.test", "evilexample.test", "example.test.evil.test",
		"x.dkr.ecr.us-east-1.amazonaws.com.evil.io", "auth.docker.io.evil.io", "auth.docker.io", "gitlab.com", "gcr.io.evil.io", "127.0.0.1",
	}
	network := registrytest.NewNetwork(t)
	network.Name("home.example.test", "127.0.0.1")
	for _, other := range others {
		network.Name(other, "127.0.0.1")
		for way, lead := range leads {
			for _, challenge := range []string{"", "Basic", "Bearer"} {
				name := fmt.Sprintf("%s, %s, challenge %q", way, other, challenge)
				thief := &witness{}
				port := network.Server(thief)
				thief.answer = func(w http.ResponseWriter, r *http.Request) {
					if challenge == "Basic" && r.Header.Get("Authorization") == "" {
						w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
						w.WriteHeader(http.StatusUnauthorized)
					} else if challenge == "Bearer" && r.URL.Path != "/token" {
						bearer(w, "https://"+r.Host+"/token")
					}
				}
				home := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { lead(w, r, other+":"+port) }))
				o := options(network)
				o.Allow, o.Credentials = append(slices.Clone(others), "home.example.test"), only("home.example.test:"+home)
				_, err := get(newClient(t, o), "home.example.test:"+home)
				if shown := thief.shown(); len(shown) > 0 {
					t.Errorf("%s: the credential was shown to %s", name, shown)
				}
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: the error shows the credential: %v", name, err)
				}
			}
		}
	}
}

// leads are the ways by which a registry sends guard to another host, each
// after it was shown the credential where it can get that.
var leads = map[string]func(w http.ResponseWriter, r *http.Request, to string){
	"moved permanently":       leadBy(http.StatusMovedPermanently, "https://%s/v2/acme/app/manifests/1"),
	"found":                   leadBy(http.StatusFound, "https://%s/v2/acme/app/manifests/1"),
	"see other":               leadBy(http.StatusSeeOther, "https://%s/"),
	"temporary":               leadBy(http.StatusTemporaryRedirect, "https://%s/v2/acme/app/manifests/1"),
	"permanent":               leadBy(http.StatusPermanentRedirect, "https://%s/v2/acme/app/manifests/1"),
	"without a scheme":        leadBy(http.StatusFound, "//%s/"),
	"with a user":             leadBy(http.StatusFound, "https://home.example.test@%s/"),
	"in plain HTTP":           leadBy(http.StatusFound, "http://%s/"),
	"an upper-case host":      leadBy(http.StatusFound, "HTTPS://%s/"),
	"a token service":         func(w http.ResponseWriter, _ *http.Request, to string) { bearer(w, "https://"+to+"/token") },
	"a token service in HTTP": func(w http.ResponseWriter, _ *http.Request, to string) { bearer(w, "http://"+to+"/token") },
	"a token service with user": func(w http.ResponseWriter, _ *http.Request, to string) {
		bearer(w, "https://home.example.test@"+to+"/token")
	},
	"a redirected token service": leadToken,
	"two challenges": func(w http.ResponseWriter, _ *http.Request, to string) {
		w.Header().Add("WWW-Authenticate", `Basic realm="home"`)
		bearer(w, "https://"+to+"/token")
	},
}

func leadBy(status int, location string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, r *http.Request, to string) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="home"`)
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}`)
			return
		}
		w.Header().Set("Location", fmt.Sprintf(location, to))
		w.WriteHeader(status)
	}
}

func leadToken(w http.ResponseWriter, r *http.Request, to string) {
	if r.URL.Path == "/token" {
		w.Header().Set("Location", "https://"+to+"/token?"+r.URL.RawQuery)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	}
	bearer(w, "https://"+r.Host+"/token")
}

// A credential reaches the registry it is for, so the test above can fail;
// and the token services that may see it.
func TestCredentialIsShownWhereItBelongs(t *testing.T) {
	network := registrytest.NewNetwork(t)
	for _, name := range []string{"registry.example.test", "auth.example.test", "index.docker.io", "auth.docker.io", "tokens.other.test", "localhost"} {
		network.Name(name, "127.0.0.1")
	}
	for _, row := range []struct {
		name, registry, realm string
		realms                []string
	}{
		{name: "the registry itself", registry: "registry.example.test", realm: "registry.example.test"},
		{name: "the same owner", registry: "registry.example.test", realm: "auth.example.test"},
		{name: "a named service", registry: "registry.example.test", realm: "tokens.other.test", realms: []string{"registry=realm"}},
		{name: "an address", registry: "127.0.0.1", realm: "127.0.0.1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := &witness{}
			port := network.Server(server)
			server.answer = func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/token":
					if got := r.URL.Query().Get("scope"); got != "repository:acme/app:pull" {
						t.Errorf("scope %q, want only what is needed", got)
					}
					fmt.Fprintf(w, `{"token":"token-of-%s"}`, secret)
				case r.Header.Get("Authorization") != "Bearer token-of-"+secret:
					bearer(w, "https://"+row.realm+":"+port+"/token")
				}
			}
			o := options(network)
			o.Allow, o.Credentials = []string{row.registry, row.realm}, only(row.registry+":"+port)
			if row.realms != nil {
				o.Realms = []string{row.registry + ":" + port + "=" + row.realm + ":" + port}
			}
			if _, err := get(newClient(t, o), row.registry+":"+port); err != nil {
				t.Fatal(err)
			}
			if got := len(server.shown()); got != 2 {
				t.Errorf("the credential and its token were shown %d times, want 2", got)
			}
		})
	}
}

// RELIABILITY 28: another owner below a domain that hosts many is another
// host, and so is another port of an address.
func TestTokenServiceOfAnotherOwnerIsRefused(t *testing.T) {
	network := registrytest.NewNetwork(t)
	for _, pair := range [][2]string{
		{"mine.azurecr.io", "evil.azurecr.io"}, {"mine.jfrog.io", "evil.jfrog.io"}, {"mine.github.io", "evil.github.io"}, {"a.co.uk", "b.co.uk"},
		{"1.dkr.ecr.us-east-1.amazonaws.com", "2.dkr.ecr.us-east-1.amazonaws.com"}, {"registry.a.svc.cluster.local", "evil.b.svc.cluster.local"},
		{"127.0.0.1", "127.0.0.1"}, {"localhost", "localhost"}, {"registry.gitlab.com.evil.test", "gitlab.com"},
	} {
		network.Name(pair[0], "127.0.0.1")
		network.Name(pair[1], "127.0.0.1")
		thief := &witness{}
		realm := network.Server(thief)
		home := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { bearer(w, "https://"+pair[1]+":"+realm+"/token") }))
		o := options(network)
		o.Allow, o.Credentials = pair[:], only(pair[0]+":"+home)
		if _, err := get(newClient(t, o), pair[0]+":"+home); !errors.Is(err, transport.ErrRefused) {
			t.Errorf("%s: %v, want it refused", pair, err)
		}
		if got := thief.shown(); len(got) > 0 || thief.others > 0 {
			t.Errorf("%s: the token service was asked (%d times with the credential)", pair, len(got))
		}
	}
}

// A registry that repeats what it was shown does not bring it into errors.
func TestErrorsDoNotRepeatTheCredential(t *testing.T) {
	network := registrytest.NewNetwork(t)
	port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="home"`)
		w.WriteHeader(http.StatusUnauthorized)
		user, password, _ := r.BasicAuth()
		fmt.Fprintf(w, `{"errors":[{"message":"%s %s %s\u001b[31m"}]}`, r.Header.Get("Authorization"), user, password)
	}))
	o := options(network)
	o.Allow, o.Credentials = []string{"127.0.0.1"}, only("127.0.0.1:"+port)
	_, err := get(newClient(t, o), "127.0.0.1:"+port)
	if !errors.Is(err, transport.ErrUnauthorized) {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte("user:" + secret))
	if text := err.Error(); strings.Contains(text, secret) || strings.Contains(text, encoded) || strings.Contains(text, "\x1b") || !strings.Contains(text, "user") {
		t.Errorf("%q", text)
	}
}

// An identity token is exchanged, and shown to nobody but the token service.
func TestIdentityTokenIsExchanged(t *testing.T) {
	network := registrytest.NewNetwork(t)
	var forms []string
	port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token":
			r.ParseForm()
			forms = append(forms, r.Method+" "+r.PostForm.Get("grant_type")+" "+r.PostForm.Get("refresh_token")+" "+r.PostForm.Get("scope")+" "+r.PostForm.Get("service"))
			fmt.Fprint(w, `{"access_token":"t","expires_in":"3600"}`)
		case r.Header.Get("Authorization") != "Bearer t":
			bearer(w, "https://"+r.Host+"/token")
		}
	}))
	o := options(network)
	o.Allow = []string{"127.0.0.1"}
	o.Credentials = func(context.Context, string, string) (credential.Credential, error) {
		return credential.Credential{IdentityToken: secret}, nil
	}
	if _, err := get(newClient(t, o), "127.0.0.1:"+port); err != nil {
		t.Fatal(err)
	}
	if want := []string{"POST refresh_token " + secret + " repository:acme/app:pull registry"}; !slices.Equal(forms, want) {
		t.Errorf("the token service was asked %q, want %q", forms, want)
	}
}

// A token is kept as long as it lives and asked for once.
func TestTokenIsAskedForOnce(t *testing.T) {
	network := registrytest.NewNetwork(t)
	var asked int
	port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token":
			asked++
			fmt.Fprint(w, `{"access_token":"t","expires_in":300}`)
		case r.Header.Get("Authorization") != "Bearer t":
			bearer(w, "https://"+r.Host+"/token")
		}
	}))
	c := client(t, network, "127.0.0.1")
	for range 3 {
		if _, err := get(c, "127.0.0.1:"+port); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("the token service was asked %d times, want once", asked)
	}
}
