package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// leases is an API server that keeps one Lease. What a real one does with it
// the tests of the scan ask.
type leases struct {
	mu      sync.Mutex
	spec    *leaseSpec // nil: there is no Lease
	version int
	refuse  int // status of every write; 0: none
}

func (s *leases) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !strings.HasPrefix(r.URL.Path, "/apis/coordination.k8s.io/v1/namespaces/guard/leases"):
		s.fail(w, http.StatusForbidden, "Forbidden")
	case r.Method != http.MethodGet && s.refuse > 0:
		s.fail(w, s.refuse, "Forbidden")
	case r.Method == http.MethodPost:
		var made struct{ Spec leaseSpec }
		_ = json.NewDecoder(r.Body).Decode(&made)
		s.spec, s.version = &made.Spec, 1
		s.answer(w)
	case s.spec == nil:
		s.fail(w, http.StatusNotFound, "NotFound")
	case r.Method == http.MethodPatch:
		s.patch(w, r)
	default:
		s.answer(w)
	}
}

func (s *leases) patch(w http.ResponseWriter, r *http.Request) {
	var edits []struct {
		Path  string
		Value json.RawMessage
	}
	_ = json.NewDecoder(r.Body).Decode(&edits)
	if string(edits[0].Value) != fmt.Sprintf("%q", fmt.Sprint(s.version)) {
		s.fail(w, http.StatusConflict, "Conflict")
		return
	}
	s.version++
	if edits[1].Path == "/spec" {
		_ = json.Unmarshal(edits[1].Value, s.spec)
	} else {
		s.spec.HolderIdentity = ""
	}
	s.answer(w)
}

func (s *leases) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"metadata": map[string]string{"resourceVersion": fmt.Sprint(s.version)}, "spec": s.spec})
}

func (s *leases) fail(w http.ResponseWriter, code int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d}`, why, code)
}

// One of two holds a Lease; the other one has it when it was not renewed for as
// long as it lasts, or was given back.
func TestLease_HasOneHolder(t *testing.T) {
	server, now := &leases{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := api(t, server.ServeHTTP)
	one := &lease{cluster: c, name: "guard-scan", holder: "one", now: func() time.Time { return now }}
	two := &lease{cluster: c, name: "guard-scan", holder: "two", now: func() time.Time { return now }}
	try := func(l *lease, want bool, when string) {
		t.Helper()
		if held, err := l.try(t.Context()); held != want || err != nil {
			t.Errorf("%s: %s holds it: %t, %v, want %t", when, l.holder, held, err, want)
		}
	}
	try(one, true, "there is no Lease")
	try(two, false, "it is held")
	now = now.Add(50 * time.Second)
	try(one, true, "it is renewed")
	now = now.Add(50 * time.Second)
	try(two, false, "it was renewed since")
	now = now.Add(50 * time.Second)
	try(two, false, "it may have been renewed after the last look")
	now = now.Add(leaseTime)
	try(two, true, "it was not renewed for a minute")
	try(one, false, "it is lost")
	if server.spec.LeaseTransitions != 2 || server.spec.AcquireTime == "" || server.spec.RenewTime == "" {
		t.Errorf("%+v", server.spec)
	}
	two.release()
	try(one, true, "it was given back")
	two.release() // not its own
	try(two, false, "what another one holds was given back")

	server.spec = &leaseSpec{} // as the chart ships it
	try(two, true, "nobody has held it yet")
}

func TestLease_SaysWhyItCannotBeHad(t *testing.T) {
	server := &leases{spec: &leaseSpec{}, version: 1, refuse: http.StatusForbidden}
	l := &lease{cluster: api(t, server.ServeHTTP), name: "guard-scan", holder: "one", now: time.Now}
	if held, err := l.try(t.Context()); held || err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("held %t, %v", held, err)
	}
}
