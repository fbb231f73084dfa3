package transport_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

var block = []byte(strings.Repeat("a", 64<<10))

// flood writes until the other side has had enough.
func flood(w http.ResponseWriter) {
	for range (1 << 30) / len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// RELIABILITY 29: whatever a registry answers, it costs little memory and
// time.
func TestBombsAreBounded(t *testing.T) {
	for _, http1 := range []bool{true, false} {
		t.Run(fmt.Sprintf("HTTP/1 %t", http1), func(t *testing.T) { testBombs(t, http1) })
	}
}

func testBombs(t *testing.T, http1 bool) {
	network := registrytest.NewNetwork(t)
	network.HTTP1 = http1
	for _, row := range []struct {
		name   string
		want   error
		slow   bool // time ends it
		answer http.HandlerFunc
	}{
		{"a manifest of 1 GiB", transport.ErrInvalid, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(1<<30))
			flood(w)
		}},
		{"a body that does not end", transport.ErrInvalid, false, func(w http.ResponseWriter, _ *http.Request) { flood(w) }},
		{"a gzip bomb", transport.ErrInvalid, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 128 {
				if _, err := z.Write(block); err != nil {
					return
				}
			}
			z.Close()
		}},
		{"one byte a while", transport.ErrUnavailable, true, func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, "a")
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}},
		{"no answer", transport.ErrUnavailable, true, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"redirects without end", transport.ErrInvalid, false, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", r.URL.Path+"x")
			w.WriteHeader(http.StatusFound)
		}},
		{"a body of 1 GiB with 401", transport.ErrUnauthorized, false, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			flood(w)
		}},
		{"a body of 1 GiB with 500", transport.ErrUnavailable, false, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			flood(w)
		}},
		{"a token of 1 GiB", transport.ErrInvalid, false, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				flood(w)
				return
			}
			bearer(w, "https://"+r.Host+"/token")
		}},
		{"a header of 1 MiB", transport.ErrUnavailable, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("a", 1<<20))
		}},
		{"a challenge of many parts", transport.ErrUnauthorized, false, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", "Negotiate "+strings.Repeat(`a="b",`, 8<<10))
			w.WriteHeader(http.StatusUnauthorized)
		}},
		{"early hints without end", transport.ErrUnavailable, false, func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Header().Set("Link", strings.Repeat("a", 1000))
				w.WriteHeader(http.StatusEarlyHints)
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			port := network.Server(row.answer)
			o := options(network)
			o.Allow, o.Timeout = []string{"127.0.0.1"}, time.Minute
			if row.slow {
				o.Timeout = time.Second
			}
			c := newClient(t, o)
			var err error
			began := time.Now()
			grown := registrytest.Peak(t, func() { _, err = get(c, "127.0.0.1:"+port) })
			if !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if spent := time.Since(began); spent > o.Timeout+10*time.Second {
				t.Errorf("it took %s", spent)
			}
			if grown > 32<<20 {
				t.Errorf("memory grew by %d MiB, want less than 32", grown>>20)
			}
		})
	}
}

// RELIABILITY 27: plain HTTP is spoken with hosts declared insecure only.
func TestPlainHTTPIsNeverSilent(t *testing.T) {
	network := registrytest.NewNetwork(t)
	came := &witness{}
	port := network.Plain(came)
	for _, host := range []string{"localhost", "127.0.0.1", "app.localhost", "registry.local", "10.0.0.1.test"} {
		network.Name(host, "127.0.0.1")
		at := host + ":" + port
		if _, err := get(client(t, network, host), at); !errors.Is(err, transport.ErrRefused) || !strings.Contains(err.Error(), "insecure") {
			t.Errorf("%s: %v, want it refused and the word insecure", at, err)
		}
		if came.others > 0 {
			t.Fatalf("%s: a request went out in plain HTTP", at)
		}
	}
	for _, declared := range []string{"127.0.0.1", "127.0.0.1:" + port} {
		if _, err := get(client(t, network, "127.0.0.1", "-insecure", declared), "127.0.0.1:"+port); err != nil {
			t.Errorf("declared as %s: %v", declared, err)
		}
	}
	if _, err := get(client(t, network, "127.0.0.1", "-insecure", "127.0.0.1:1"), "127.0.0.1:"+port); !errors.Is(err, transport.ErrRefused) {
		t.Errorf("another port is declared: %v, want it refused", err)
	}
}

// RELIABILITY 32: what may pass is tried again, within the time of the call.
func TestRetries(t *testing.T) {
	network := registrytest.NewNetwork(t)
	for _, row := range []struct {
		name    string
		fail    http.HandlerFunc
		attempt int // the first that goes well
	}{
		{"429", status(http.StatusTooManyRequests), 3},
		{"429 with Retry-After", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}, 2},
		{"500", status(http.StatusInternalServerError), 4},
		{"502", status(http.StatusBadGateway), 2},
		{"503", status(http.StatusServiceUnavailable), 5},
		{"504", status(http.StatusGatewayTimeout), 2},
		{"a reset", hangUp, 3},
		{"an answer cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "half")
		}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			var came int
			port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if came++; came < row.attempt {
					row.fail(w, r)
					return
				}
				fmt.Fprint(w, "good")
			}))
			response, err := get(client(t, network, "127.0.0.1"), "127.0.0.1:"+port)
			if err != nil || string(response.Body) != "good" {
				t.Fatalf("%v, want an answer after %d attempts", err, row.attempt)
			}
		})
	}
}

// RELIABILITY 32: what does not pass is told as unavailable, in time.
func TestUnavailable(t *testing.T) {
	network := registrytest.NewNetwork(t)
	network.Name("gone.test", "127.0.0.1")
	closed := registrytest.NewCapture(t)
	for name, host := range map[string]string{
		"500":            "127.0.0.1:" + network.Server(status(http.StatusInternalServerError)),
		"a reset":        "127.0.0.1:" + network.Server(http.HandlerFunc(hangUp)),
		"no such name":   "nowhere.test",
		"nobody listens": "127.0.0.1:1",
		"no TLS":         "127.0.0.1:" + closed.Port,
		"Retry-After an hour": "127.0.0.1:" + network.Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusServiceUnavailable)
		})),
	} {
		began := time.Now()
		if _, err := get(client(t, network, "127.0.0.1"), host); !errors.Is(err, transport.ErrUnavailable) {
			t.Errorf("%s: %v, want unavailable", name, err)
		}
		if spent := time.Since(began); spent > 20*time.Second {
			t.Errorf("%s: took %s", name, spent)
		}
	}
	o := options(network)
	o.Allow, o.Roots = []string{"127.0.0.1"}, nil
	if _, err := get(newClient(t, o), "127.0.0.1:"+network.Server(status(200))); !errors.Is(err, transport.ErrUnavailable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v, want unavailable and why", err)
	}
}

// What will not pass is not tried again.
func TestNotTriedAgain(t *testing.T) {
	network := registrytest.NewNetwork(t)
	for code, want := range map[int]error{404: transport.ErrNotFound, 403: transport.ErrUnauthorized, 401: transport.ErrUnauthorized, 400: transport.ErrInvalid} {
		var came int
		port := network.Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { came++; w.WriteHeader(code) }))
		if _, err := get(client(t, network, "127.0.0.1"), "127.0.0.1:"+port); !errors.Is(err, want) {
			t.Errorf("%d: %v, want %v", code, err, want)
		}
		if came != 1 {
			t.Errorf("%d: asked %d times, want once", code, came)
		}
	}
}

// The budget of a client holds for all calls together, also for those that
// come late.
func TestBudget(t *testing.T) {
	network := registrytest.NewNetwork(t)
	port := network.Server(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	o := options(network)
	o.Allow, o.Budget = []string{"127.0.0.1"}, 200*time.Millisecond
	c := newClient(t, o)
	began := time.Now()
	for range 20 {
		if _, err := get(c, "127.0.0.1:"+port); !errors.Is(err, transport.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if spent := time.Since(began); spent > 20*time.Second {
		t.Errorf("20 calls took %s, want about 200ms", spent)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client(t, network).Do(ctx, transport.Request{Host: "127.0.0.1:" + port, Path: "/v2/"}); err == nil {
		t.Error("a call that nobody waits for: no error")
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	hijacker, ok := w.(http.Hijacker)
	if !ok { // HTTP/2
		panic(http.ErrAbortHandler)
	}
	if conn, _, err := hijacker.Hijack(); err == nil {
		conn.Close()
	}
}
