package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// secret is the token of every test.
const secret = "test-token-0123456789abcdef"

var taken = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// server is a forge that answers by path. A path that it does not know is not
// found.
type server struct {
	*httptest.Server
	answers map[string]http.HandlerFunc
	mu      sync.Mutex
	asked   []string // paths with their query
	tokens  []string // as they came
}

// serve starts a forge. Keys are paths, with ?page=N for the pages behind the
// first.
func serve(t *testing.T, answers map[string]http.HandlerFunc) *server {
	t.Helper()
	s := &server{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	return s
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	s.tokens = append(s.tokens, r.Header.Get("Authorization"))
	key := r.URL.EscapedPath()
	if page := r.URL.Query().Get("page"); page != "" && page != "1" {
		key += "?page=" + page
	}
	answer := s.answers[key]
	s.mu.Unlock()
	if answer == nil {
		answer = status(http.StatusNotFound, `{"message": "Not Found", "status": "404"}`)
	}
	answer(w, r)
}

// times is how often a path was asked for.
func (s *server) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, uri := range s.asked {
		if before, _, _ := strings.Cut(uri, "?"); before == path {
			n++
		}
	}
	return n
}

func says(body string) http.HandlerFunc { return status(http.StatusOK, body) }

func status(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// inTurn answers the first call by the first handler, and so on; the last one
// answers all the rest.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		handler := handlers[0]
		if len(handlers) > 1 {
			handlers = handlers[1:]
		}
		mu.Unlock()
		handler(w, r)
	}
}

// with is a copy of answers in which some are others.
func with(answers map[string]http.HandlerFunc, changes map[string]http.HandlerFunc) map[string]http.HandlerFunc {
	all := map[string]http.HandlerFunc{}
	for key, value := range answers {
		all[key] = value
	}
	for key, value := range changes {
		all[key] = value
	}
	return all
}

func options(api, repository string, environments ...string) Options {
	return Options{API: api, Repository: repository, Token: secret, Environments: environments, Now: func() time.Time { return taken }}
}

// pauses records waits instead of waiting.
type pauses struct{ waits []time.Duration }

func (p *pauses) pause(_ context.Context, wait time.Duration) error {
	p.waits = append(p.waits, wait)
	return nil
}

func names(environments []Environment) []string {
	var list []string
	for _, e := range environments {
		list = append(list, e.Name)
	}
	slices.Sort(list)
	return list
}

// wantReason wants a fact to be unknown for a reason that has some words.
func wantReason[T any](t *testing.T, what string, f Fact[T], words string) {
	t.Helper()
	if value, known := f.Get(); known {
		t.Errorf("%s: got the value %v, want it unknown: %s", what, value, words)
	} else if !strings.Contains(f.Unknown, words) {
		t.Errorf("%s: got the reason %q, want %q in it", what, f.Unknown, words)
	}
}

func wantValue[T comparable](t *testing.T, what string, f Fact[T], want T) {
	t.Helper()
	if got, known := f.Get(); !known || got != want {
		t.Errorf("%s: got %v (known: %v, reason %q), want %v", what, got, known, f.Unknown, want)
	}
}
