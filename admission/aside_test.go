package admission_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guard/admission"
)

// RELIABILITY 62: large reviews that wait for a slow registry take no room from
// those that need none, and of the room to wait in, one namespace takes none
// from the others.
func TestServer_WaitingForRegistriesTakesNoRoom(t *testing.T) {
	s := newShop(t)
	h := s.handler(asking)
	server := admission.NewServer(func() *admission.Handler { return h }, nil)
	server.Timeout = 30 * time.Second
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	url := listening.URL + "/validate"
	release := make(chan struct{})
	hole := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-release
		w.WriteHeader(http.StatusNotFound)
	})
	s.shut.Store(&hole)
	const large = 4
	ended := make(chan string, large)
	for i := range large {
		object := with(t, podOf(t, fmt.Sprintf("%s:1.4.%d", s.name, i)), asUser, `metadata.annotations={"a":"`+strings.Repeat("x ", 5<<18)+`"}`)
		go func() {
			response, err := http.Post(url+"?timeout=30s", "application/json", strings.NewReader(review(object)))
			if err != nil {
				ended <- err.Error()
				return
			}
			defer response.Body.Close()
			ended <- fmt.Sprint(response.StatusCode)
		}()
	}
	eventually(t, func() bool { return s.asked.Load() >= 1 })
	began := time.Now()
	response, text := post(t, url+"?timeout=10s", "application/json", review(podOf(t, "nginx:latest")))
	if response.StatusCode != http.StatusOK || !strings.Contains(text, "image/") || time.Since(began) > 8*time.Second {
		t.Errorf("what needs no registry: %d after %s: %s", response.StatusCode, time.Since(began), text)
	}
	before := s.asked.Load()
	elsewhere := strings.Replace(review(with(t, podOf(t, s.name+":2.0.0"), asUser)), `"namespace":"shop","operation"`, `"namespace":"bank","operation"`, 1)
	if _, text := post(t, url+"?timeout=2s", "application/json", elsewhere); s.asked.Load() == before {
		t.Errorf("another namespace has no room to wait in: %s", text)
	}
	close(release)
	for range large {
		if got := <-ended; got != "200" {
			t.Errorf("a large review: %s", got)
		}
	}
}
