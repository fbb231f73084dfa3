package admission

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guard/internal/registry"
)

// stuck are pull secrets of which those of one namespace are not had.
type stuck struct{ asked atomic.Int64 }

func (s *stuck) PullSecrets(ctx context.Context, namespace, _ string, _ []string) ([]PullSecret, error) {
	if namespace == "shop" {
		s.asked.Add(1)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, nil
}

// However many pull secrets the Pods of one namespace name, those of others are
// had in time: the API server is asked for a few at a time.
func TestPullers_OneNamespaceDoesNotHoldUpOthers(t *testing.T) {
	secrets := &stuck{}
	p := newPullers(secrets)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 100)
	for i := range cap(ended) {
		go func() {
			_, _, err := p.client(ctx, &registry.Client{}, Puller{Namespace: "shop", ServiceAccounts: []string{""}, Secrets: []string{fmt.Sprint("pull-", i)}})
			ended <- err
		}()
	}
	waitFor(t, "the API server is asked", func() bool { return secrets.asked.Load() >= placesEach })
	time.Sleep(50 * time.Millisecond)
	if n := secrets.asked.Load(); n > placesEach {
		t.Errorf("%d questions at the same time for one namespace, %d are the most", n, placesEach)
	}
	other := "bank"
	for p.rooms.number(other) == p.rooms.number("shop") {
		other += "s"
	}
	brief, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	if _, _, err := p.client(brief, anybody(t), Puller{Namespace: other, ServiceAccounts: []string{""}}); err != nil {
		t.Errorf("another namespace: %v", err)
	}
	cancel()
	for range cap(ended) {
		if <-ended == nil {
			t.Error("credentials without an answer")
		}
	}
}

// What is kept of pull secrets is bounded by its size, not only by its number.
func TestPullers_KeepSoManyBytes(t *testing.T) {
	p := newPullers(bulky{})
	at := time.Now()
	p.now = func() time.Time { return at }
	for i := range 100 {
		if _, _, err := p.client(t.Context(), anybody(t), Puller{Namespace: "shop", ServiceAccounts: []string{""}, Secrets: []string{fmt.Sprint("pull-", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	kept := 0
	for i := range 100 {
		entry := registry.Key{Repository: "shop", Reference: key([]string{""}, []string{fmt.Sprint("pull-", i)}), Run: p.now().UnixNano() / int64(keptFor)}
		if _, known := p.kept.Known(entry); known {
			kept++
		}
	}
	if kept == 0 || kept > 32 {
		t.Errorf("%d pull secrets of half a megabyte are kept", kept)
	}
}

// bulky are pull secrets of half a megabyte each.
type bulky struct{}

func (bulky) PullSecrets(context.Context, string, string, []string) ([]PullSecret, error) {
	config := `{"auths":{"registry.example.com":{"username":"jane","password":"` + strings.Repeat("x", 1<<19) + `"}}}`
	return []PullSecret{{Name: "pull", Version: "1", Type: "kubernetes.io/dockerconfigjson", Data: map[string][]byte{".dockerconfigjson": []byte(config)}}}, nil
}

func anybody(t *testing.T) *registry.Client {
	t.Helper()
	own, err := registry.New(registry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return own
}
