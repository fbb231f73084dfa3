package logsink_test

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guard/admission/logsink"
)

// collector is a server that takes lines, over TLS on loopback.
type collector struct {
	*httptest.Server
	roots  string // file
	answer atomic.Pointer[http.HandlerFunc]

	mu      sync.Mutex
	lines   []string
	headers []http.Header
}

func newCollector(t testing.TB) *collector {
	t.Helper()
	c := &collector{roots: filepath.Join(t.TempDir(), "ca.crt")}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := c.answer.Load(); answer != nil {
			(*answer)(w, r)
			return
		}
		c.take(t, r)
	}))
	c.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	c.StartTLS()
	t.Cleanup(c.Close)
	write(t, c.roots, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate().Raw})))
	return c
}

func (c *collector) take(t testing.TB, r *http.Request) {
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(r.Body); err != nil {
			t.Error(err)
			return
		}
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = append(c.headers, r.Header)
	for line := range strings.Lines(string(text)) {
		c.lines = append(c.lines, strings.TrimSuffix(line, "\n"))
	}
}

func (c *collector) does(answer http.HandlerFunc) { c.answer.Store(&answer) }

func (c *collector) got() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines
}

// silent takes a batch and never answers: a handler that returned would, with 200.
func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fast are options with waits for tests.
func (c *collector) fast() logsink.Options {
	return logsink.Options{URL: c.URL + "/lines?key=canary", RootsFile: c.roots, Logger: slog.New(slog.DiscardHandler), Every: 5 * time.Millisecond, Backoff: 5 * time.Millisecond, Timeout: 500 * time.Millisecond, Drain: 20 * time.Second}
}

func opened(t testing.TB, o logsink.Options) *logsink.Sink {
	t.Helper()
	s, err := logsink.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for range 3000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: not within 30 s", what)
}

func put(t testing.TB, s *logsink.Sink, line string) {
	t.Helper()
	if _, err := s.Write([]byte(line + "\n")); err != nil {
		t.Fatal(err)
	}
}

// Every line arrives once, in order, with the token that the file holds then.
func TestSink_Sends(t *testing.T) {
	c := newCollector(t)
	o := c.fast()
	o.Gzip, o.TokenFile = true, filepath.Join(t.TempDir(), "token")
	write(t, o.TokenFile, "first\n")
	s := opened(t, o)
	var want []string
	for i := range 1000 {
		if i == 500 {
			eventually(t, "the first half", func() bool { return len(c.got()) == 500 })
			write(t, o.TokenFile, "second\n")
		}
		want = append(want, fmt.Sprintf(`{"n":%d}`, i))
		put(t, s, want[i])
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.got(), "\n"); got != strings.Join(want, "\n") || s.Dropped() != 0 {
		t.Errorf("%d lines arrived, %d are lost", len(c.got()), s.Dropped())
	}
	first, last := c.headers[0], c.headers[len(c.headers)-1]
	if first.Get("Authorization") != "Bearer first" || last.Get("Authorization") != "Bearer second" || first.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("headers %v, %v", first, last)
	}
}

// While the collector is away, in whatever way, lines wait; nobody else does.
func TestSink_KeepsLinesWhileTheCollectorIsAway(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an error of its own": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"too much":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		"no right":            func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		"somewhere else": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"a broken connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no answer":           silent,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCollector(t)
			var log bytes.Buffer
			o, asked := c.fast(), atomic.Int64{}
			o.Logger = slog.New(slog.NewTextHandler(&log, nil))
			c.does(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				asked.Add(1)
				answer(w, r)
			})
			s := opened(t, o)
			began := time.Now()
			for i := range 100 {
				put(t, s, fmt.Sprint(i))
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("writing took %s", took)
			}
			eventually(t, "attempts", func() bool { return asked.Load() > 2 })
			c.answer.Store(nil)
			eventually(t, "the lines", func() bool { return len(c.got()) >= 100 })
			if err := s.Close(); err != nil || s.Dropped() != 0 || len(c.got()) != 100 {
				t.Errorf("%v: %d arrived, %d lost", err, len(c.got()), s.Dropped())
			}
			if said := log.String(); strings.Count(said, "they wait") != 1 || !strings.Contains(said, "again") || strings.Contains(said, "canary") {
				t.Errorf("the log says %s", said)
			}
		})
	}
}

// What the collector will never take is counted, and what comes after arrives.
func TestSink_GivesUpWhatIsRefused(t *testing.T) {
	c := newCollector(t)
	c.does(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) })
	s := opened(t, c.fast())
	put(t, s, "bad")
	eventually(t, "the refusal", func() bool { return s.Dropped() == 1 })
	c.answer.Store(nil)
	put(t, s, "good")
	if err := s.Close(); err != nil || strings.Join(c.got(), " ") != "good" || s.Dropped() != 1 {
		t.Errorf("%v: %q, %d lost", err, c.got(), s.Dropped())
	}
}

// Memory is bounded, and the end has a limit; what is lost is counted.
func TestSink_IsBounded(t *testing.T) {
	c := newCollector(t)
	c.does(silent)
	o := c.fast()
	o.Buffer, o.Drain = 1000, 300*time.Millisecond
	s := opened(t, o)
	line, taken := []byte(strings.Repeat("x", 99)+"\n"), 0
	for range 100 {
		switch _, err := s.Write(line); {
		case err == nil:
			taken++
		case !errors.Is(err, logsink.ErrFull):
			t.Fatal(err)
		}
	}
	if taken != 10 {
		t.Errorf("%d lines of 100 bytes were taken into 1,000", taken)
	}
	began := time.Now()
	if err := s.Close(); err == nil || s.Dropped() != 10 || time.Since(began) > 20*time.Second {
		t.Errorf("%v: %d lost, after %s", err, s.Dropped(), time.Since(began))
	}
}

func TestNew_RefusesWhatCannotBeMeant(t *testing.T) {
	dir := t.TempDir()
	token, empty := filepath.Join(dir, "token"), filepath.Join(dir, "empty")
	write(t, token, "a b")
	write(t, empty, "")
	for name, tt := range map[string]struct {
		o    logsink.Options
		want string
	}{
		"no URL":                   {logsink.Options{URL: "https://"}, "no URL"},
		"a password":               {logsink.Options{URL: "https://jane:canary@example.com/"}, "holds a user"},
		"another scheme":           {logsink.Options{URL: "ftp://example.com/"}, `"ftp"`},
		"a token without TLS":      {logsink.Options{URL: "http://127.0.0.1/", TokenFile: token}, "over https alone"},
		"a token that is none":     {logsink.Options{URL: "https://127.0.0.1/", TokenFile: token}, "no bearer token"},
		"an empty token":           {logsink.Options{URL: "https://127.0.0.1/", TokenFile: empty}, "no bearer token"},
		"a token that is missing":  {logsink.Options{URL: "https://127.0.0.1/", TokenFile: token + "2"}, "no such file"},
		"roots that are none":      {logsink.Options{URL: "https://127.0.0.1/", RootsFile: empty}, "no certificate"},
		"roots that are not there": {logsink.Options{URL: "https://127.0.0.1/", RootsFile: token + "2"}, "no such file"},
	} {
		if _, err := logsink.New(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Without its roots nobody is trusted.
	c := newCollector(t)
	o := c.fast()
	o.RootsFile, o.Drain = "", 300*time.Millisecond
	s := opened(t, o)
	put(t, s, "x")
	if err := s.Close(); err == nil || len(c.got()) != 0 {
		t.Errorf("a stranger was trusted: %v, %q", err, c.got())
	}
}
